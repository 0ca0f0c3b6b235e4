import Configuration
import Glibc
import Import
import JSON

/// `sallyport upstream import`: a plan first, then, when somebody says so, the servers.
struct UpstreamImportCommand {
  let request: ImportRequest
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    let client = AdminClient(directories)
    let gateway: ExistingServers
    do {
      gateway = try ExistingServers(client)
    } catch {
      guard case .noGateway = error, request.isDryRun else { return session.report(error) }
      gateway = ExistingServers()
    }
    var plan: ImportPlan
    do {
      let found = try servers()
      plan = ImportPlan(
        found, existing: gateway.names, wanted: request.names.isEmpty ? nil : Set(request.names),
        own: gateway.addresses)
    } catch {
      session.report(error.description)
      return .failure
    }
    if gateway.isRunning { check(&plan, client) }
    let text = ImportPlanText(plan: plan, data: DataDirectory(directories.data), session: session)
    if common.json {
      Output.write(text.json + "\n")
    } else {
      text.show()
    }
    guard !request.isDryRun, !plan.additions.isEmpty else { return .success }
    guard let isConfirmed = confirmed(plan.additions.count) else { return .usage }
    guard isConfirmed else { return .success }
    return add(plan.additions, client)
  }

  // MARK: - Files

  private func servers() throws(ImportError) -> [ImportedServer] {
    let home = session.environment["HOME"] ?? "/"
    let clients = request.clients.compactMap(ClientApplication.init(rawValue:))
    var found: [ImportedServer] = []
    for (client, path) in files(home, clients) {
      let text: TextFile
      do {
        text = try TextFile(reading: path)
      } catch {
        throw ImportError(file: error.path, reason: error.reason)
      }
      found += try ClientFile.servers(
        in: Array(text.text.utf8), of: client, path: path, home: home)
    }
    return found
  }

  /// What was named, else what is there.
  private func files(
    _ home: String, _ clients: [ClientApplication]
  ) -> [(client: ClientApplication, path: String)] {
    if !request.files.isEmpty {
      return request.files.map { path in
        let absolute =
          path.hasPrefix("/") || path == "-" ? path : "\(WorkingDirectory.current)/\(path)"
        let client = clients.first ?? ClientApplication.guess(path: absolute) ?? .claudeDesktop
        return (client, absolute)
      }
    }
    return (clients.isEmpty ? ClientApplication.allCases : clients).flatMap { client in
      client.places(
        home: home, project: WorkingDirectory.current, environment: session.environment
      ).filter { access($0, R_OK) == 0 }.map { (client, $0) }
    }
  }

  // MARK: - The gateway

  /// What the gateway would refuse is no part of the plan.
  private func check(_ plan: inout ImportPlan, _ client: AdminClient) {
    for index in plan.items.indices where plan.items[index].obstacle == nil {
      do {
        let warnings = try NewUpstream(plan.items[index].server).send(to: client, isDryRun: true)
        plan.items[index].server.notes += warnings
      } catch .refused(let reason) {
        plan.items[index].obstacle = reason
      } catch {
        continue
      }
    }
  }

  /// Nil when nobody can be asked.
  private func confirmed(_ count: Int) -> Bool? {
    if request.isConfirmed { return true }
    guard isatty(STDIN_FILENO) == 1, !common.json else {
      session.report(
        "nothing was added: there is no terminal to ask", hint: "`--yes` adds it unasked")
      return nil
    }
    Output.writeError("Add \(count == 1 ? "this server" : "these \(count) servers")? [y/N] ")
    let answer = readLine()?.lowercased() ?? ""
    return answer == "y" || answer == "yes"
  }

  private func add(_ servers: [ImportedServer], _ client: AdminClient) -> ExitCode {
    var code = ExitCode.success
    for server in servers {
      do {
        _ = try NewUpstream(server).send(to: client)
        if !common.json {
          Output.write("\(session.output.styled("✓", .green)) added \(server.name)\n")
        }
      } catch {
        session.report("\(server.name) was not added")
        code = session.report(error)
      }
    }
    return code
  }
}

extension NewUpstream {
  init(_ server: ImportedServer) {
    self.init(
      name: server.name, definition: server.definition, secrets: server.secrets,
      reason: "from \(server.client.rawValue)")
  }
}

/// What a running gateway has already.
private struct ExistingServers {
  var names: Set<String> = []
  var addresses: Set<String> = []
  var isRunning = false

  init() {}

  init(_ client: AdminClient) throws(AdminClient.Failure) {
    let list = try client.request("GET", "/v1/upstreams").root
    names = Set(list.elements.compactMap { $0[member: "name"]?.string })
    if let listen = try client.request("GET", "/v1/status").root[member: "listen"]?.string {
      addresses = [listen]
    }
    isRunning = true
  }
}

/// A plan, for people and for programs.
struct ImportPlanText {
  let plan: ImportPlan
  let data: DataDirectory
  let session: Session

  func show() {
    guard !plan.items.isEmpty else { return Output.write("no servers were found\n") }
    var table = TextTable([
      .init(title: "NAME"), .init(title: "FROM"), .init(title: "TRANSPORT"), .init(title: "WHAT"),
    ])
    for item in plan.items {
      let style: Terminal.Style? = item.obstacle == nil ? nil : .dim
      table.add([
        .init(item.server.name, style), .init(item.server.client.rawValue, style),
        .init(item.server.transport, style), .init(item.server.summary, style),
      ])
    }
    Output.write(table.render(on: session.output))
    for item in plan.items {
      let server = item.server
      if let obstacle = item.obstacle {
        say(server.name, "not added: \(obstacle)", .yellow)
        continue
      }
      if !server.secrets.isEmpty {
        say(
          server.name,
          "kept in \(data.secrets(of: server.name)): "
            + server.secrets.keys.sorted().joined(separator: ", "), .cyan)
      }
      for note in server.notes { say(server.name, note, .yellow) }
    }
  }

  private func say(_ name: String, _ text: String, _ style: Terminal.Style) {
    for line in text.split(separator: "\n") {
      Output.write("\(session.output.styled(name, style)): \(printable(String(line)))\n")
    }
  }

  var json: String {
    var writer = JSONWriter(reservingCapacity: 1024)
    writer.beginArray()
    for item in plan.items {
      writer.beginObject()
      writer.member("name", item.server.name)
      writer.member("from", item.server.client.rawValue)
      writer.member("file", item.server.file)
      writer.member("transport", item.server.transport)
      writer.name("definition")
      writer.raw(item.server.definition)
      writer.name("secrets")
      writer.beginArray()
      for name in item.server.secrets.keys.sorted() { writer.string(name) }
      writer.endArray()
      writer.name("notes")
      writer.beginArray()
      for note in item.server.notes { writer.string(note) }
      writer.endArray()
      writer.member("obstacle", item.obstacle)
      writer.endObject()
    }
    writer.endArray()
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
