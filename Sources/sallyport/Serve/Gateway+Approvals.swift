import Approvals
import Audit
import Catalog
import Configuration
import Gate
import HTTP
import Logging
import MCP
import Reactor
import Synchronization

/// What people are shown of approvals, how they answer, and who is told.
extension Gateway {
  /// Questions about what happened before that wait for each other.
  private static let beforeWaitingMax = 16

  /// Makes what the pages, the admin API and the notices need of the gateway.
  func makeApprovals(_ client: HTTPClient) throws(StartFailure) {
    let thread: BlockingThread
    do {
      thread = try BlockingThread(name: "before", capacity: Self.beforeWaitingMax)
    } catch {
      throw StartFailure(reason: "\(error)")
    }
    let before = CallsBefore(
      files: AuditFiles(ledger: directory.ledger, index: directory.index), thread: thread,
      home: home)
    let gate = lanes[0].gate
    let link: @Sendable (String) -> String = { [unowned self] id in
      let base = consoleBase.withLock { $0 }
      return base.isEmpty ? "" : "\(base)/console/approvals/\(id)"
    }
    approvalDesk = ApprovalDesk(
      book: approvals,
      view: { [home] approval in
        let snapshot = await home.perform { gate.snapshot }
        return ApprovalView(
          approval, definition: snapshot.catalog[approval.terms.tool]?.definition,
          policies: approval.ask.policies.map {
            ApprovalView.Policy(id: $0, text: snapshot.policies.text(of: $0))
          },
          earlier: await before.calls(before: approval.ask.call), link: link(approval.id))
      },
      link: link,
      objection: { [home] verdict, person, approval in
        await home.perform {
          gate.objection(to: verdict, by: person, on: approval, via: .console)
        }
      },
      answer: { [home] id, person, verdict, reason, channel in
        await withUnsafeContinuation {
          (done: UnsafeContinuation<Result<Approval, ApprovalRefusal>, Never>) in
          home.spawn {
            do throws(ApprovalRefusal) {
              done.resume(
                returning: .success(
                  try await gate.answer(id, by: person, verdict, reason: reason, via: channel)))
            } catch {
              done.resume(returning: .failure(error))
            }
          }
        }
      })
    notices = NoticeSender(client: client, environment: environment, log: log.named("approvals"))
  }

  /// Tells the webhook and the notification program of every change from now on.
  func startNotices() {
    home.preconditionCurrent()
    guard let desk = approvalDesk, let notices else { return }
    useNotices()
    let link = desk.link
    desk.book.observe { approval in
      // That its arguments are erased, long after its end, is no event.
      guard !approval.ask.arguments.isEmpty else { return }
      notices.tell(ApprovalNotice(approval, link: link(approval.id)))
    }
    // What came of notices before the last stop is not known.
    notices.tellAgain(
      desk.book.all.filter { $0.state == .pending }
        .map { ApprovalNotice($0, link: link($0.id)) })
  }

  /// Tells whom the configuration names from now on.
  func useNotices() {
    do {
      try notices?.use(configuration.approvals.notices)
    } catch {
      log.error("nobody is told of approvals", [("reason", "\(error)")])
    }
  }

  /// Where people reach the console, as it is known now.
  func renewConsoleBase() {
    let base = configuration.consoleURL ?? consoleURL ?? ""
    consoleBase.withLock { $0 = base }
  }
}

/// Looks up what happened before a call, for a page: in good time, or not at all.
private struct CallsBefore: Sendable {
  /// How long a page waits. The look goes on, so the next is quicker.
  private static let patience: Duration = .seconds(3)

  let files: AuditFiles
  let thread: BlockingThread
  let home: EventLoop

  /// Nil when it cannot be told, or not soon.
  func calls(before call: String) async -> EarlierCalls? {
    let answer = FirstAnswer<EarlierCalls?>()
    return await withUnsafeContinuation { continuation in
      answer.wait(continuation)
      let files = files
      guard thread.submit({ answer.give(Self.read(call, files)) }) else {
        return answer.give(nil)
      }
      home.execute { [home] in home.schedule(after: Self.patience) { answer.give(nil) } }
    }
  }

  /// Blocks.
  private static func read(_ call: String, _ files: AuditFiles) -> EarlierCalls? {
    guard let (index, found) = try? files.caughtUp(), found.stopped == nil,
      let before = try? BeforeQuestion(call: call).answer(from: index)
    else { return nil }
    return EarlierCalls(before)
  }
}

/// The first of several answers; the others are dropped. Any thread.
private final class FirstAnswer<Value: Sendable>: Sendable {
  private let waiting = Mutex<UnsafeContinuation<Value, Never>?>(nil)

  func wait(_ continuation: UnsafeContinuation<Value, Never>) {
    waiting.withLock { $0 = continuation }
  }

  func give(_ value: Value) {
    waiting.withLock { $0.take() }?.resume(returning: value)
  }
}

extension EarlierCalls {
  init(_ before: BeforeAnswer) {
    let basis: Basis =
      switch before.basis {
      case .trace: .trace
      case .session: .session
      case .agent: .agent
      }
    self.init(
      basis: basis,
      calls: before.calls.map { call in
        Call(
          id: call.call, time: call.time, subject: Self.subject(of: call),
          decision: call.decision, outcome: call.outcome?.status)
      }, omitted: before.omitted)
  }

  private static func subject(of call: GraphCall) -> String {
    guard let tool = call.tool else { return call.method ?? "a request" }
    return call.server.map { "\($0)__\(tool)" } ?? tool
  }
}
