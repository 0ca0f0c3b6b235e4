import JSON

/// `sallyport status`
struct StatusCommand {
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let configuration = session.configuration(common) else { return .configuration }
    let status: JSONNode
    do {
      status = try AdminClient(configuration).request("GET", "/v1/status").root
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
      ),
      ("policies", "\(text("policies")), version \(text("policyVersion").prefix(12))"),
      ("calls", "\(text("callsInFlight")) under way, \(text("sessions")) sessions"),
      (
        "ledger",
        "\(ledger?[member: "records"]?.description ?? "–") records"
          + (ledgerError.map { "; REFUSES RECORDS: \(printable($0))" } ?? "")
      ),
    ]
    for (name, value) in rows {
      let padded = name + String(repeating: " ", count: 14 - name.count)
      Output.write("\(session.output.styled(padded, .bold))\(value)\n")
    }
    return ledgerError == nil ? .success : .failure
  }
}
