import JSON

/// `sallyport upstream list`
struct UpstreamListCommand {
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    let document: JSONDocument
    do {
      document = try AdminClient(directories).request("GET", "/v1/upstreams")
    } catch {
      return session.report(error)
    }
    if common.json {
      Output.write(document.root.description + "\n")
      return .success
    }
    var table = TextTable([
      .init(title: "NAME"), .init(title: "STATE"), .init(title: "ORIGIN"),
      .init(title: "TRANSPORT"),
      .init(title: "PROTOCOL"), .init(title: "TOOLS", alignment: .trailing),
      .init(title: "PROMPTS", alignment: .trailing),
      .init(title: "RESOURCES", alignment: .trailing),
      .init(title: "WAITING", alignment: .trailing),
      .init(title: "RESTARTS", alignment: .trailing), .init(title: "NOTE"),
    ])
    for upstream in document.root.elements {
      func text(_ member: String) -> String {
        upstream[member: member].map { $0.string ?? $0.description } ?? ""
      }
      let state = text("state")
      let style: Terminal.Style =
        switch state {
        case "ready": .green
        case "disabled", "stopped": .dim
        case "starting": .yellow
        default: .red
        }
      let problems = upstream[member: "problems"]?.count ?? 0
      let waiting = text("waiting")
      let note =
        state != "ready" && !text("lastError").isEmpty
        ? text("lastError")
        : !text("listingError").isEmpty
          ? text("listingError")
          : UpstreamHealthNote.text(of: upstream)
            ?? (problems > 0
              ? "\(problems) are not offered"
              : Card.overdue(upstream[member: "card"]).map { "review was due \($0)" } ?? "")
      table.add([
        .init(text("name")), .init(state, style), .init(text("origin")), .init(text("transport")),
        .init(text("protocolVersion")), .init(text("tools")), .init(text("prompts")),
        .init(text("resources")), .init(waiting == "0" ? "" : waiting, .yellow),
        .init(text("restarts")),
        .init(note),
      ])
    }
    Output.write(table.render(on: session.output))
    for upstream in document.root.elements {
      if let advice = upstream[member: "advice"]?.string {
        let name = upstream[member: "name"]?.string ?? ""
        Output.write(
          session.output.styled("advice", .yellow) + ": " + printable("\(name): \(advice)") + "\n")
      }
      guard let problems = upstream[member: "problems"] else { continue }
      for problem in problems.elements {
        let server = upstream[member: "name"]?.string ?? ""
        let tool = (problem[member: "name"] ?? problem[member: "tool"])?.string ?? ""
        let reason = problem[member: "reason"]?.string ?? ""
        Output.write(
          "\(session.output.styled("not offered", .yellow)): "
            + printable("\(tool) of \(server): \(reason)") + "\n")
      }
    }
    let waiting = document.root.elements.filter { ($0[member: "waiting"]?.int64 ?? 0) > 0 }
    if let first = waiting.first?[member: "name"]?.string {
      Output.write(
        "\nAgents do not see what waits for approval. Next: sallyport upstream show "
          + printable(first) + "\n")
    }
    return .success
  }
}
