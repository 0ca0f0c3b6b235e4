import Glibc
import JSON

/// `sallyport approvals …`
struct ApprovalCommand {
  let invocation: ApprovalInvocation
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    let client = AdminClient(directories)
    do {
      switch invocation {
      case .list(let state): list(try approvals(client, state))
      case .show(let id): show(try client.request("GET", try path(id)).root)
      case .answer(let id, let verdict, let reason, let fromNowOn):
        tell(
          try client.request(
            "POST", try path(id) + "/answer", body: Self.body(verdict, reason, fromNowOn)
          ).root)
      case .watch: try watch(client)
      }
      return .success
    } catch {
      return session.report(error)
    }
  }

  private func approvals(
    _ client: AdminClient, _ state: String?
  ) throws(AdminClient.Failure) -> JSONNode {
    try client.request("GET", "/v1/approvals" + (state.map { "?state=\($0)" } ?? "")).root
  }

  private func path(_ id: String) throws(AdminClient.Failure) -> String {
    let isName = id.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard isName, !id.isEmpty else {
      throw .refused("an approval's name is `apr_` and digits: `sallyport approvals list`")
    }
    return "/v1/approvals/\(id)"
  }

  private static func body(
    _ verdict: ApprovalInvocation.Verdict, _ reason: String?, _ fromNowOn: Int64?
  ) -> [UInt8] {
    var members = [
      (name: "verdict", value: JSONText.string(verdict.rawValue)),
      (name: "via", value: JSONText.string("cli")),
    ]
    if let reason { members.append((name: "reason", value: JSONText.string(reason))) }
    if let fromNowOn { members.append((name: "fromNowOn", value: "\(fromNowOn)")) }
    return Array(JSONText.object(members).utf8)
  }

  private func list(_ answer: JSONNode) {
    let approvals = answer[member: "approvals"].map { Array($0.elements) } ?? []
    guard !common.json else {
      return Output.write("[" + approvals.map(\.description).joined(separator: ",") + "]\n")
    }
    guard !approvals.isEmpty else { return Output.writeError("no approvals\n") }
    var table = TextTable([
      .init(title: "ID"), .init(title: "STATE"), .init(title: "AGENT"), .init(title: "HUMAN"),
      .init(title: "EFFECT"), .init(title: "WHEN"), .init(title: "TOOL"),
    ])
    for approval in approvals {
      let text = ApprovalText(approval: approval, terminal: session.output, now: Self.now)
      func value(_ name: String) -> String { approval[member: name]?.string ?? "" }
      table.add([
        .init(value("id")), .init(text.state, text.style), .init(value("agent")),
        .init(value("human")), .init(value("effect")), .init(text.left ?? text.age),
        .init(value("tool")),
      ])
    }
    Output.write(table.render(on: session.output))
  }

  private func show(_ approval: JSONNode) {
    guard !common.json else { return Output.write(approval.description + "\n") }
    Output.write(
      ApprovalText(approval: approval, terminal: session.output, now: Self.now).whole)
  }

  private func tell(_ approval: JSONNode) {
    guard !common.json else { return Output.write(approval.description + "\n") }
    let text = ApprovalText(approval: approval, terminal: session.output, now: Self.now)
    Output.write(text.line + "\n")
    for line in approval[member: "needed"].map({ Array($0.elements) }) ?? [] {
      Output.write("  still needed: \(printable(line.string ?? ""))\n")
    }
    if let policy = approval[member: "grant"]?[member: "policy"]?.string {
      Output.write("granted besides:\n\(policy)\n")
    }
    if let problem = approval[member: "grantProblem"]?.string {
      Output.writeError("sallyport: no grant was given: \(printable(problem))\n")
    }
  }

  /// Does not return but with a failure; the process is interrupted.
  private func watch(_ client: AdminClient) throws(AdminClient.Failure) {
    var client = client
    client.timeout = .seconds(60)
    var known: [String: String] = [:]
    var after: String?
    while true {
      let query = after.map { "?after=\($0)&wait=30" } ?? ""
      let answer = try client.request("GET", "/v1/approvals" + query).root
      var seen: [String: String] = [:]
      for approval in answer[member: "approvals"].map({ Array($0.elements) }) ?? [] {
        let id = approval[member: "id"]?.string ?? ""
        seen[id] = approval.description
        // At the start only what waits is news.
        let isNews = after != nil || approval[member: "state"]?.equals("pending") == true
        guard isNews, known[id] != approval.description else { continue }
        let text = ApprovalText(approval: approval, terminal: session.output, now: Self.now)
        Output.write((common.json ? approval.description : text.line) + "\n")
      }
      known = seen
      after = answer[member: "epoch"]?.description
    }
  }

  private static var now: Int64 { Int64(time(nil)) }
}
