import JSON

/// `sallyport tools list`
struct ToolsListCommand {
  let server: String?
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    let document: JSONDocument
    do {
      document = try AdminClient(directories).request("GET", "/v1/tools")
    } catch {
      return session.report(error)
    }
    let tools = document.root.elements.filter {
      server == nil || $0[member: "server"]?.string == server
    }
    if common.json {
      Output.write("[" + tools.map(\.description).joined(separator: ",") + "]\n")
      return .success
    }
    if tools.isEmpty, let server {
      session.report(
        "no tools of a server named \(server)", hint: "`sallyport upstream list` shows the servers")
      return .failure
    }
    var table = TextTable([
      .init(title: "TOOL"), .init(title: "EFFECT"), .init(title: "DESCRIPTION"),
    ])
    for tool in tools {
      let effect = tool[member: "effect"]?.string ?? ""
      let style: Terminal.Style? =
        effect == "read" ? nil : effect == "write" ? .yellow : .red
      let description = tool[member: "definition"]?[member: "description"]?.string ?? ""
      let first = description.split(whereSeparator: \.isNewline).first ?? ""
      table.add([
        .init(tool[member: "name"]?.string ?? ""), .init(effect, style),
        .init(String(first.drop { $0 == " " })),
      ])
    }
    Output.write(table.render(on: session.output))
    return .success
  }
}
