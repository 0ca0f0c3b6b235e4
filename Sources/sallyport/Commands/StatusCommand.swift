import JSON

/// `sallyport status`
struct StatusCommand {
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    let status: JSONNode
    let overdue: Int
    do {
      let client = AdminClient(directories)
      status = try client.request("GET", "/v1/status").root
      overdue = try client.request("GET", "/v1/upstreams").root.elements.count {
        Card.overdue($0[member: "card"]) != nil
      }
    } catch {
      return session.report(error)
    }
    if common.json {
      Output.write(status.description + "\n")
      return .success
    }
    func text(_ member: String) -> String {
      guard let node = status[member: member] else { return "–" }
      return printable(node.string ?? node.description)
    }
    let problems = status[member: "policyProblems"].map { Array($0.elements) } ?? []
    let waiting = status[member: "waiting"]?.int64 ?? 0
    let ledger = status[member: "ledger"]
    let ledgerError = ledger?[member: "error"]?.string
    let rows = [
      ("sallyport", "\(text("version")), process \(text("pid")), since \(text("started"))"),
      ("listening", "\(text("listen")) on \(text("loops")) loops"),
      ("configuration", text("configuration")),
      ("data", text("data")),
      (
        "upstreams",
        "\(text("upstreamsReady")) of \(text("upstreams")) ready, \(text("tools")) tools"
          + (overdue == 0 ? "" : ", \(overdue) with an overdue review")
          + (waiting > 0
            ? "; \(waiting) items wait for approval (`sallyport upstream list`)" : "")
      ),
      (
        "policies",
        "\(text("policies")), version \(text("policyVersion").prefix(12))"
          + counted(problems, "error", "errors") + counted(problems, "warning", "warnings")
          + counted(problems, "pending", "not checked yet")
      ),
      ("calls", "\(text("callsInFlight")) under way, \(text("sessions")) sessions"),
      ("approvals", Self.approvals(status[member: "approvals"])),
      ("quotas", Self.quotas(status[member: "quotas"])),
      (
        "ledger",
        "\(ledger?[member: "records"]?.description ?? "–") records, "
          + "\(ledger?[member: "signed"]?.description ?? "–") signed"
          + (ledger?[member: "checkpointError"]?.string.map { "; NO CHECKPOINTS: \(printable($0))" }
            ?? "")
          + (ledgerError.map { "; REFUSES RECORDS: \(printable($0))" } ?? "")
      ),
    ]
    for (name, value) in rows {
      let padded = name + String(repeating: " ", count: 14 - name.count)
      Output.write("\(session.output.styled(padded, .bold))\(value)\n")
    }
    for problem in problems { show(problem) }
    return ledgerError == nil ? .success : .failure
  }

  /// What waits for people, and what of telling them went wrong.
  private static func approvals(_ approvals: JSONNode?) -> String {
    func number(_ node: JSONNode?, _ name: String) -> Int64 { node?[member: name]?.int64 ?? 0 }
    var text = "\(number(approvals, "waiting")) wait for people (`sallyport approvals list`)"
    for (name, lost) in [("webhook", "givenUp"), ("notifications", "failures")] {
      let report = approvals?[member: name]
      let failed = number(report, lost)
      guard failed > 0 || report?[member: "lastFailure"] != nil else { continue }
      let reason = report?[member: "lastFailure"]?.string.map { ": \(printable($0))" } ?? ""
      text += "; \(name.uppercased()) FAILED for \(failed)\(reason)"
    }
    return text
  }

  /// How many there are, and how many of what they count have nothing left.
  private static func quotas(_ quotas: JSONNode?) -> String {
    func number(_ name: String) -> Int64 { quotas?[member: name]?.int64 ?? 0 }
    let problem = quotas?[member: "problem"]?.string.map { "; NOT KEPT: \(printable($0))" } ?? ""
    return "\(number("inForce")) in force, \(number("usedUp")) used up (`sallyport quotas`)"
      + problem
  }

  private func counted(_ problems: [JSONNode], _ severity: String, _ noun: String) -> String {
    let count = problems.count { $0[member: "severity"]?.equals(severity) == true }
    return count == 0 ? "" : ", \(count) \(noun)"
  }

  private func show(_ problem: JSONNode) {
    func text(_ member: String) -> String { problem[member: member]?.string ?? "" }
    func number(_ member: String) -> String { problem[member: member]?.description ?? "" }
    let severity = text("severity")
    let style: Terminal.Style = severity == "error" ? .red : .yellow
    Output.write(
      "\(session.output.styled(severity, style)): "
        + printable("\(text("file")):\(number("line")):\(number("column")): \(text("message"))")
        + "\n")
  }
}
