import JSON
import Orders

/// `sallyport kill …`
struct KillCommand {
  let invocation: KillInvocation
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    let document: JSONDocument
    do {
      document = try ask(AdminClient(directories))
    } catch {
      return session.report(error)
    }
    if common.json {
      Output.write(document.root.description + "\n")
      return .success
    }
    switch invocation {
    case .list: Output.write(table(document.root))
    case .show: OrderFacts.show(document.root)
    case .stop: tell(document.root)
    case .lift(let id, _):
      Output.write("\(session.output.styled("✓", .green)) lifted \(printable(id))\n")
    }
    return .success
  }

  private func ask(_ client: AdminClient) throws(AdminClient.Failure) -> JSONDocument {
    switch invocation {
    case .list: return try client.request("GET", "/v1/stops")
    case .show(let id): return try client.request("GET", try OrderFacts.path("/v1/stops", id))
    case .lift(let id, let reason):
      return try client.request(
        "POST", try OrderFacts.path("/v1/stops", id) + "/lift",
        body: Array(#"{"reason":\#(JSONText.string(reason))}"#.utf8))
    case .stop(let target, let reason, let keepsTokens):
      let body = JSONText.object([
        (name: "kind", value: JSONText.string(target.kind.rawValue)),
        (name: "name", value: JSONText.string(target.name)),
        (name: "reason", value: JSONText.string(reason)),
        (name: "keepsTokens", value: "\(keepsTokens)"),
      ])
      return try client.request("POST", "/v1/stops", body: Array(body.utf8))
    }
  }

  private func tell(_ stop: JSONNode) {
    func number(_ name: String) -> Int64 { stop[member: name]?.int64 ?? 0 }
    Output.write(
      printable("\(stop[member: "id"]?.string ?? ""): stopped")
        + ", after \(number("effectMicroseconds")) µs on all loops; ended "
        + "\(number("calls")) calls, "
        + "\(number("streams")) streams and \(number("sessions")) sessions, revoked "
        + "\(number("tokens")) tokens\n")
    guard let problems = stop[member: "problems"] else { return }
    for problem in problems.elements { session.report(problem.string ?? "") }
  }

  private func table(_ stops: JSONNode) -> String {
    var table = TextTable([
      .init(title: "ID"), .init(title: "WHAT"), .init(title: "NAME"), .init(title: "SINCE"),
      .init(title: "BY"), .init(title: "REASON"),
    ])
    for stop in stops.elements {
      func text(_ name: String) -> String { stop[member: name]?.string ?? "" }
      table.add([
        .init(text("id")), .init(text("kind"), .red), .init(text("name")),
        .init(OrderFacts.time(stop, "at")), .init(text("by")), .init(text("reason")),
      ])
    }
    return table.render(on: session.output)
  }
}
