import JSON

/// `sallyport grant` and `sallyport grants …`
struct GrantCommand {
  let invocation: GrantInvocation
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    let answer: JSONNode
    do {
      answer = try ask(AdminClient(directories)).root
    } catch {
      return session.report(error)
    }
    if common.json {
      Output.write(answer.description + "\n")
      return .success
    }
    switch invocation {
    case .list: Output.write(table(answer))
    case .show: OrderFacts.show(answer)
    case .revoke(let id, _):
      Output.write("\(session.output.styled("✓", .green)) revoked \(printable(id))\n")
    case .give(let request):
      if !request.isDryRun {
        Output.write(
          printable("\(answer[member: "id"]?.string ?? "") until ")
            + OrderFacts.time(answer, "expiresAt") + "\n")
      }
      Output.write(answer[member: "policy"]?.string ?? "")
    }
    return .success
  }

  private func ask(_ client: AdminClient) throws(AdminClient.Failure) -> JSONDocument {
    switch invocation {
    case .list: return try client.request("GET", "/v1/grants")
    case .show(let id): return try client.request("GET", try OrderFacts.path("/v1/grants", id))
    case .revoke(let id, let reason):
      let body = reason.map { #"{"reason":\#(JSONText.string($0))}"# } ?? "{}"
      return try client.request(
        "POST", try OrderFacts.path("/v1/grants", id) + "/revoke", body: Array(body.utf8))
    case .give(let request):
      var members = [
        (name: "tool", value: JSONText.string(request.tool)),
        (name: "for", value: "\(request.lifetime)"),
        (name: "reason", value: JSONText.string(request.reason)),
        (name: "dryRun", value: "\(request.isDryRun)"),
      ]
      for (name, value) in [
        ("agent", request.agent), ("human", request.human), ("where", request.condition),
      ] {
        if let value { members.append((name: name, value: JSONText.string(value))) }
      }
      return try client.request(
        "POST", "/v1/grants", body: Array(JSONText.object(members).utf8))
    }
  }

  private func table(_ grants: JSONNode) -> String {
    var table = TextTable([
      .init(title: "ID"), .init(title: "AGENT"), .init(title: "HUMAN"), .init(title: "TOOL"),
      .init(title: "UNTIL"), .init(title: "BY"), .init(title: "REASON"),
    ])
    for grant in grants.elements {
      func text(_ name: String) -> String { grant[member: name]?.string ?? "" }
      table.add([
        .init(text("id")), .init(text("agent")), .init(text("human")), .init(text("tool")),
        .init(OrderFacts.time(grant, "expiresAt")), .init(text("by")), .init(text("reason")),
      ])
    }
    return table.render(on: session.output)
  }
}
