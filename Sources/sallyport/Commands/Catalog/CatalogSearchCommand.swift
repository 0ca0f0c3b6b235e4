import Import
import JSON

/// `sallyport catalog search`
struct CatalogSearchCommand {
  let query: String
  let registry: RegistrySource
  let limit: Int
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    let servers: [RegistryServer]
    do {
      let answer = try registry.servers(for: query)
      session.noteCut(answer, of: registry)
      servers = RegistryFile.search(answer.servers, for: query)
    } catch {
      session.report(error.description)
      return .failure
    }
    if common.json {
      var writer = JSONWriter(reservingCapacity: 1024)
      writer.beginArray()
      for server in servers.prefix(limit) { server.write(to: &writer) }
      writer.endArray()
      Output.write(String(decoding: writer.bytes, as: UTF8.self) + "\n")
      return .success
    }
    guard !servers.isEmpty else {
      Output.write("nothing was found\n")
      return .success
    }
    var table = TextTable([
      .init(title: "NAME"), .init(title: "VERSION"), .init(title: "BY"),
      .init(title: "DESCRIPTION"),
    ])
    for server in servers.prefix(limit) {
      let isOld = server.status.map { $0 != "active" } ?? false
      table.add([
        .init(server.name), .init(server.version),
        .init(server.ways.isEmpty ? "–" : server.ways.joined(separator: ", ")),
        .init((isOld ? "(\(server.status ?? "")) " : "") + server.description),
      ])
    }
    Output.write(table.render(on: session.output))
    if servers.count > limit {
      Output.writeError("… and \(servers.count - limit) more; `--limit` shows them\n")
    }
    return .success
  }
}

extension RegistryServer {
  /// What is known of it, for programs.
  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("name", name)
    writer.member("title", title)
    writer.member("description", description)
    writer.member("version", version)
    writer.member("repository", repository)
    writer.member("status", status)
    writer.name("ways")
    writer.beginArray()
    for way in ways { writer.string(way) }
    writer.endArray()
    writer.endObject()
  }
}
