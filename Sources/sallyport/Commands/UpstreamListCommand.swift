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
    Output.write(UpstreamTable.of(document.root).render(on: session.output))
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
