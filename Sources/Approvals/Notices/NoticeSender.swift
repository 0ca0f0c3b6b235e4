public import Configuration
internal import Crypto
public import HTTP
public import Logging
internal import Reactor
internal import Synchronization

/// Tells people outside what becomes of approvals: posts to the webhook, starts the notification
/// program. Nothing waits for it, and what it cannot do it says in the log and in its report.
/// Confined to its loop, but where said.
public final class NoticeSender: @unchecked Sendable {
  /// What came of notices.
  public struct Report: Sendable {
    /// Of the webhook; nil when there is none.
    public var webhook: NoticeQueue.Report?
    /// How often the notification program was started; nil when there is none.
    public var notificationsStarted: Int?
    /// How often it failed, or was left out since too many ran.
    public var notificationsFailed = 0
    /// Why it failed last.
    public var notificationFailure: String?
  }

  private let loop: EventLoop
  private let client: HTTPClient
  private let environment: [String: String]
  private let log: Logger
  private let told = Mutex(Report())

  private var configuration = Configuration.ApprovalNotices()
  private var webhook: WebhookSender?
  private var hook: NotificationHook?
  private var queue = NoticeQueue()
  private var timer: LoopTimer?
  private var isStopped = false

  /// A sender that tells nobody yet, on the loop of `client`.
  /// - Parameter environment: the gateway's own.
  public init(client: HTTPClient, environment: [String: String], log: Logger) {
    loop = client.loop
    self.client = client
    self.environment = environment
    self.log = log
  }

  /// What came of notices so far. Any thread.
  public var report: Report { told.withLock { $0 } }

  /// Tells whom the configuration names from now on. What waits goes to the new receiver.
  /// - Throws: when the webhook's URL cannot be used; what was in force stays.
  public func use(_ next: Configuration.ApprovalNotices) throws(HTTPURLError) {
    loop.preconditionCurrent()
    guard next != configuration else { return }
    if next.webhook != configuration.webhook {
      let proxy = HTTPProxy.fromEnvironment(environment)
      webhook =
        if let configured = next.webhook {
          try WebhookSender(configured, client: client, proxy: proxy)
        } else {
          nil
        }
    }
    if next.notify != configuration.notify {
      hook =
        next.notify.isEmpty
        ? nil
        : NotificationHook(next.notify, environment: environment, loop: loop, log: log) {
          [weak self] in self?.keep($0)
        }
    }
    configuration = next
    keep(hook?.report)
    told.withLock { $0.webhook = webhook == nil ? nil : queue.report }
  }

  /// Tells of one event. Any thread.
  public func tell(_ notice: ApprovalNotice) {
    loop.execute { [self] in
      guard !isStopped else { return }
      if notice.event == .requested { hook?.tell(notice) }
      if webhook != nil { handle(.notice(notice)) }
    }
  }

  /// Tells the webhook once more of what waited when the gateway stopped: whether that was told
  /// is not known. The notices have the ids of then. Any thread.
  public func tellAgain(_ notices: [ApprovalNotice]) {
    loop.execute { [self] in
      guard webhook != nil else { return }
      for notice in notices { handle(.notice(notice)) }
    }
  }

  /// Sends nothing any more.
  public func stop() {
    loop.preconditionCurrent()
    isStopped = true
    timer?.cancel()
  }

  private func handle(_ event: NoticeQueue.Event) {
    let jitter = Double(SecureRandom.uint64() >> 11) * 0x1p-53
    for action in queue.handle(event, now: .read(), jitter: jitter) {
      switch action {
      case .send(let notice): send(notice)
      case .wake(let time):
        timer?.cancel()
        timer = loop.schedule(at: time) { [weak self] in self?.handle(.woke) }
      case .giveUp(let notice, let reason):
        log.error(
          "a notice of an approval is given up",
          [("approval", notice.approval), ("event", notice.event.rawValue), ("reason", reason)])
      }
    }
    told.withLock { $0.webhook = webhook == nil ? nil : queue.report }
  }

  private func send(_ notice: ApprovalNotice) {
    loop.spawn { [self] in
      do throws(NoticeFailure) {
        guard let webhook else { throw .permanent("there is no webhook any more") }
        try await webhook.send(notice)
        guard !isStopped else { return }
        handle(.accepted(notice.id))
      } catch {
        guard !isStopped else { return }
        log.warning(
          "a notice of an approval was not taken",
          [
            ("approval", notice.approval), ("event", notice.event.rawValue),
            ("reason", error.reason),
          ])
        handle(.failed(notice.id, error))
      }
    }
  }

  private func keep(_ report: NotificationHook.Report?) {
    told.withLock {
      $0.notificationsStarted = report?.started
      $0.notificationsFailed = (report?.failures ?? 0) + (report?.skipped ?? 0)
      $0.notificationFailure = report?.lastFailure
    }
  }
}
