internal import Glibc
internal import Logging
internal import Reactor

/// Starts a program of the operator's for approvals that begin to wait, say one that shows a
/// notification on a desktop. No shell is between. Confined to its loop.
final class NotificationHook {
  /// Programs that run at once; what comes beyond is not shown.
  private static let runningMax = 4
  /// How long one may run.
  private static let time = Duration.seconds(10)
  /// How long one that is told to end may take.
  private static let grace = Duration.seconds(1)

  /// What the program gets of the gateway's environment: enough to reach a desktop, and no secret
  /// that is meant for the gateway.
  private static let inheritedVariables = [
    "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "TZ",
    "USER", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR",
  ]

  /// What came of it so far.
  struct Report: Sendable, Equatable {
    var started = 0
    var failures = 0
    /// Approvals for which nothing was started, since too many programs ran.
    var skipped = 0
    var lastFailure: String?
  }

  private let command: [String]
  private let environment: [String: String]
  private let loop: EventLoop
  private let log: Logger
  private let changed: (Report) -> Void
  private var running = 0
  private(set) var report = Report() {
    didSet { changed(report) }
  }

  /// - Parameters:
  ///   - command: a program and its arguments.
  ///   - environment: the gateway's own.
  init(
    _ command: [String], environment: [String: String], loop: EventLoop, log: Logger,
    changed: @escaping (Report) -> Void
  ) {
    self.command = command
    self.environment = environment.filter { Self.inheritedVariables.contains($0.key) }
    self.loop = loop
    self.log = log
    self.changed = changed
  }

  /// Starts the program, unless too many run.
  func tell(_ notice: ApprovalNotice) {
    guard running < Self.runningMax else {
      report.skipped += 1
      return log.warning(
        "nobody is notified: too many notifications are under way",
        [("approval", notice.approval)])
    }
    let child: ChildProcess
    do {
      child = try ChildProcess.spawn(configuration(notice), on: loop)
    } catch {
      return failed(notice, error.description)
    }
    running += 1
    report.started += 1
    loop.spawnConfined { [self] in
      let reason = await watch(child)
      running -= 1
      if let reason { failed(notice, reason) }
    }
  }

  private func failed(_ notice: ApprovalNotice, _ reason: String) {
    report.failures += 1
    report.lastFailure = reason
    log.warning(
      "a notification failed",
      [("approval", notice.approval), ("command", command[0]), ("reason", reason)])
  }

  /// Waits for the end; nil when it went well. What the program writes is of no interest, but must
  /// not block it.
  private func watch(_ child: ChildProcess) async -> String? {
    child.closeStandardInput()
    let drains = [child.standardOutput, child.standardError].map { Drain($0, loop) }
    let status = await child.waitForExit(for: Self.time)
    for drain in drains { drain.cancel() }
    // Also ends what a program that is done has left behind.
    let final = await child.shutdown(grace: .zero, then: Self.grace)
    guard let status else {
      return "it ran longer than \(Self.time.components.seconds) s, and was ended"
    }
    return status == .exited(0) ? nil : "\(final)"
  }

  private func configuration(_ notice: ApprovalNotice) -> ChildProcess.Configuration {
    var variables = environment
    variables["SALLYPORT_APPROVAL"] = notice.approval
    variables["SALLYPORT_TOOL"] = notice.tool
    variables["SALLYPORT_SERVER"] = notice.server
    variables["SALLYPORT_AGENT"] = notice.agent
    variables["SALLYPORT_HUMAN"] = notice.human ?? ""
    variables["SALLYPORT_EFFECT"] = notice.effect
    variables["SALLYPORT_LINK"] = notice.link
    return ChildProcess.Configuration(
      executable: command[0], arguments: Array(command.dropFirst()), environment: variables)
  }
}

/// Reads what nobody wants, so that whoever writes it can go on. Confined to its loop.
private final class Drain {
  private var registration: Registration?

  init(_ descriptor: Int32, _ loop: EventLoop) {
    registration = try? loop.register(descriptor, for: .read) { [weak self] _ in
      // One piece a turn: a program that writes without end keeps the loop from nothing.
      let count = withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) {
        read(descriptor, $0.baseAddress, $0.count)
      }
      if count == 0 { self?.cancel() }
    }
  }

  func cancel() {
    registration?.cancel()
    registration = nil
  }
}
