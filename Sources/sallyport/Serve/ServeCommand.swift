import Configuration
import Glibc
import Ledger
import Logging
import MCP
import Reactor

/// `sallyport serve`
struct ServeCommand {
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let path = session.configurationPath(common),
      let configuration = session.configuration(common)
    else { return .configuration }
    return GatewayProcess(
      configuration: configuration, path: path, session: session, face: .http
    ).run()
  }
}

/// A process that is a gateway: starts it, waits for a signal or for its client, and stops it.
struct GatewayProcess {
  let configuration: Configuration
  let path: String
  let session: Session
  let face: Gateway.Face

  private static let handled = [SIGTERM, SIGINT, SIGHUP]

  func run() -> ExitCode {
    // Before any thread starts: signals come through the home loop, and a peer that hangs up is an
    // error of a write, not the end of the process.
    Signals.block(Self.handled)
    signal(SIGPIPE, SIG_IGN)
    let log = Logger(component: "gateway", configuration.log, errors: session.errors)
    let gateway: Gateway
    do {
      gateway = try Gateway(
        configuration, path: path, environment: session.environment, log: log)
    } catch {
      return report(error)
    }
    let waiting: EventLoop
    do { waiting = try EventLoop(name: "main") } catch {
      return report(Gateway.StartFailure(reason: "\(error)"))
    }
    let exit = Exit()
    gateway.home.spawn { [face] in
      exit.code = await Self.serve(gateway, face, exit)
      waiting.stop()
    }
    waiting.run()
    gateway.shutdownLoops()
    if let failure = exit.failure { return report(failure) }
    return exit.code
  }

  /// Written on the home loop before `waiting` stops, read after.
  private final class Exit: @unchecked Sendable {
    var code = ExitCode.success
    var failure: Gateway.StartFailure?
  }

  private static func serve(
    _ gateway: Gateway, _ face: Gateway.Face, _ exit: Exit
  ) async -> ExitCode {
    let home = gateway.home
    do {
      try await gateway.start(face)
    } catch {
      exit.failure = error
      await gateway.stop()
      return .failure
    }
    let stopped = StopRequest()
    let signals = try? Signals.install(handled, on: home) { signal in
      if signal == SIGHUP {
        home.spawn { _ = await gateway.reload(by: LedgerActor(via: .signal), because: "SIGHUP") }
      } else {
        stopped.request()
      }
    }
    if case .stdio(let endpoint) = face {
      home.spawn {
        await serveStandardInput(gateway, endpoint)
        stopped.request()
      }
    }
    await stopped.wait()
    await gateway.stop()
    signals?.cancel()
    return .success
  }

  private static func serveStandardInput(_ gateway: Gateway, _ endpoint: Endpoint) async {
    let face = StdioFace(
      loop: gateway.home, handler: gateway.lanes[0].gate, credential: .localUser(LocalUser.id),
      endpoint: endpoint, grace: gateway.configuration.limits.shutdown)
    do {
      try await face.run()
    } catch {
      gateway.log.error("the client was refused", [("reason", error.message)])
    }
  }

  private func report(_ failure: Gateway.StartFailure) -> ExitCode {
    session.report(failure.reason, hint: failure.hint)
    return failure.exitCode
  }
}

/// Waits until somebody asks for the end. Confined to its loop.
private final class StopRequest: @unchecked Sendable {
  private var isRequested = false
  private var waiting: UnsafeContinuation<Void, Never>?

  func request() {
    isRequested = true
    waiting?.resume()
    waiting = nil
  }

  func wait() async {
    guard !isRequested else { return }
    await withUnsafeContinuation { waiting = $0 }
  }
}

extension Logger {
  init(component: String, _ log: Configuration.Log, errors: Terminal) {
    let isText =
      switch log.format {
      case .auto: errors.isTerminal
      case .text: true
      case .json: false
      }
    self.init(
      component: component, minimum: LogLevel(word: log.level.rawValue) ?? .info,
      format: isText ? .text(colour: errors.usesColor) : .json)
  }
}
