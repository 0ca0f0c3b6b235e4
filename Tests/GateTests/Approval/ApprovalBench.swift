import Approvals
import Catalog
import Identity
import JSON
import Ledger
import Reactor
import Testing
import TestSupport

@testable import Gate
@testable import MCP

/// A gate with a book of approvals, in front of a server whose `wipe` takes another person.
final class ApprovalBench: Sendable {
  static let policy = """
    @id("all") permit (principal, action, resource);
    @id("four-eyes") @remedy("approval") @advice("Ask the team.")
    forbid (principal, action == Sallyport::Action::"notes__wipe", resource)
    unless { context has approval && context.approval.count >= 1 };
    """
  static let url = #"{"elicitation":{"url":{}}}"#

  let bench: GateBench
  let directory: TemporaryDirectory
  let book: ApprovalBook
  private let policy: String

  /// - Parameter directory: that of a gateway before, from which this one goes on.
  init(
    policy: String = ApprovalBench.policy, hold: String = "0s", yaml: String = "",
    directory: TemporaryDirectory = TemporaryDirectory(), keys: StateKeys = StateKeys(),
    answer: @escaping @Sendable (UpstreamRequest, NoticeSink?) async -> RecordingUpstream.Answer =
      { _, _ in .success(.result(GateBench.greeting)) }
  ) async throws {
    self.policy = policy
    self.directory = directory
    book = try ApprovalBook(
      path: "\(directory.path)/approvals.sqlite", thread: try BlockingThread(name: "files"))
    bench = try await GateBench(
      policy: policy,
      yaml: "approvals: {hold: \(hold), url: 'https://gate.test'}\n\(yaml)", keys: keys,
      approvals: book, answer: answer)
  }

  func call(
    _ tool: String = "notes__wipe", _ arguments: String = #"{"text":"a"}"#, more: String = "",
    as caller: Caller? = nil, capabilities: String? = nil, notifying: ClientNotifier = .none
  ) async throws -> MCPResponse {
    await bench.handle(
      "tools/call", try json(#"{"name":"\#(tool)","arguments":\#(arguments)\#(more)}"#),
      as: caller, capabilities: capabilities, notifying: notifying)
  }

  /// The members of a retry of a call that was told `input_required`.
  func retry(_ asked: MCPResponse, action: String? = "accept") throws -> String {
    let state = try #require(asked.result?[member: "requestState"])
    let answers = action.map { #","inputResponses":{"approval":{"action":"\#($0)"}}"# } ?? ""
    return #"\#(answers),"requestState":\#(state)"#
  }

  /// The one approval there is.
  func only() throws -> Approval {
    let all = book.all
    try #require(all.count == 1)
    return all[0]
  }

  static func person(
    _ name: String = "bob", roles: [String] = [], tenant: String? = nil, time: Int64? = nil
  ) -> Person {
    Person(
      name: name, roles: roles, tenant: tenant,
      authentication: Authentication(methods: ["pwd", "otp"], time: time ?? Gate.now))
  }

  func answer(
    _ id: String, by person: Person = person(), _ verdict: Answer.Verdict = .approve,
    reason: String? = nil
  ) async -> Result<Approval, ApprovalRefusal> {
    await bench.run { [bench] in
      do throws(ApprovalRefusal) {
        return .success(
          try await bench.gate.answer(id, by: person, verdict, reason: reason, via: .console))
      } catch {
        return .failure(error)
      }
    }
  }

  /// Waits until something waits for people, and answers it.
  func answerWhenAsked(
    by person: Person = person(), _ verdict: Answer.Verdict = .approve, reason: String? = nil
  ) async throws -> Approval {
    while true {
      if let asked = book.all.first(where: { $0.state == .pending }) {
        return try await answer(asked.id, by: person, verdict, reason: reason).get()
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// From now on there are other policies, or the tools have another definition.
  func replace(policy: String? = nil, properties: String = "") async throws {
    let configuration = try configuration(
      "agents: {claude: {token: claude-token-0123456789, human: alice, roles: [developer]}}\n"
        + "approvals: {hold: 0s, url: 'https://gate.test'}")
    let snapshot = try GateSnapshot(
      catalog: notesCatalog(bench.upstream, properties: properties),
      directory: AgentDirectory(configuration, localUser: 1000),
      policies: policies(policy ?? self.policy), configuration: configuration)
    bench.gate.replace(snapshot)
    await bench.run {}
  }

  /// What is on record: kind, and event, decision, refusal or status.
  func story() throws -> [String] {
    try bench.records().map { entry in
      let word =
        entry.text("event") ?? entry.text("decision") ?? entry.text("refusal")
        ?? entry.text("status") ?? ""
      return "\(entry.text("kind") ?? "") \(word)"
    }
  }

  func end() { bench.end() }
}

extension MCPResponse {
  /// What machines are told of the decision.
  func decision(_ member: String) -> String? {
    result?[member: "_meta"]?[member: MetaKey.decision]?[member: member]?.string
  }
}
