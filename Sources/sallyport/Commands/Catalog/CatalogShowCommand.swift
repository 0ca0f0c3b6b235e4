import Import
import JSON

/// `sallyport catalog show`: a server of a registry, or the card of one that is here.
struct CatalogShowCommand {
  let name: String
  let registry: RegistrySource?
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let registry else { return CardText(session: session).show(name, common) }
    do {
      let server = try session.server(named: name, in: registry)
      if common.json {
        var writer = JSONWriter(reservingCapacity: 1024)
        server.write(to: &writer)
        Output.write(String(decoding: writer.bytes, as: UTF8.self) + "\n")
      } else {
        show(server)
      }
      return .success
    } catch {
      session.report(error.description)
      return .failure
    }
  }

  private func show(_ server: RegistryServer) {
    func row(_ title: String, _ text: String?) {
      guard let text, !text.isEmpty else { return }
      let padded = title + String(repeating: " ", count: max(1, 13 - title.count))
      Output.write(session.output.styled(padded, .bold) + printable(text) + "\n")
    }
    row("name", server.name)
    row("title", server.title)
    row("version", server.version + (server.status.map { " (\($0))" } ?? ""))
    row("description", server.description)
    row("repository", server.repository)
    for way in server.ways {
      do {
        let proposal = try server.proposal(by: way)
        row(way, proposal.summary)
        for input in proposal.missing { row("", "needs \(input.words)") }
        for input in proposal.optional { row("", "may have \(input.words)") }
      } catch {
        row(way, error.reason)
      }
    }
    if server.ways.isEmpty { row("use", "none of its packages can be started here") }
  }
}

extension RegistryServer.Input {
  /// For people.
  var words: String {
    var text = name
    if isSecret { text += " (secret)" }
    if !choices.isEmpty { text += " (\(choices.joined(separator: ", ")))" }
    if let description { text += ": \(description)" }
    return text
  }
}

extension Session {
  /// A server of a registry.
  func server(
    named name: String, in registry: RegistrySource
  ) throws(ImportError) -> RegistryServer {
    let last = name.split(separator: "/").last.map(String.init) ?? name
    let answer = try registry.servers(for: last)
    noteCut(answer, of: registry)
    guard let server = RegistryFile.server(named: name, in: answer.servers) else {
      throw ImportError(
        file: registry.place,
        reason: "there is no server `\(name)`, or more than one whose name ends so")
    }
    return server
  }
}
