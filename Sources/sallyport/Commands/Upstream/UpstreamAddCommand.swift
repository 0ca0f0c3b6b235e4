import Configuration
import Glibc
import JSON

/// `sallyport upstream add`
struct UpstreamAddCommand {
  let server: ServerSpecification
  let isDryRun: Bool
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    let definition: ServerSpecification.Definition
    do {
      definition = try server.definition(in: WorkingDirectory.current)
    } catch {
      session.report(error.message)
      return .usage
    }
    warnOfRelativeFiles()
    let registration = NewUpstream(
      name: server.name, definition: definition.json, secrets: definition.secrets)
    do {
      let warnings = try registration.send(to: AdminClient(directories), isDryRun: isDryRun)
      for warning in warnings { session.report("warning: \(warning)") }
    } catch {
      return session.report(error)
    }
    if isDryRun {
      Output.write(registration.shown(in: DataDirectory(directories.data)) + "\n")
    } else if common.json {
      Output.write(JSONText.object([("added", JSONText.string(server.name))]) + "\n")
    } else {
      Output.write(
        "\(session.output.styled("✓", .green)) added \(server.name); "
          + "`sallyport upstream list` shows how it is doing\n")
    }
    return .success
  }

  /// What is a file here may be none where the gateway starts the program.
  private func warnOfRelativeFiles() {
    guard server.workingDirectory == nil else { return }
    for argument in server.command.dropFirst()
    where !argument.hasPrefix("/") && !argument.hasPrefix("-") && access(argument, F_OK) == 0 {
      session.report(
        "warning: `\(argument)` is a file here, and the gateway starts programs in its own "
          + "directory", hint: "`--cwd .` starts the program here")
    }
  }
}

/// What the gateway is asked to add.
struct NewUpstream {
  var name: String
  var definition: [UInt8]
  var secrets: [String: String] = [:]
  var reason: String?

  /// Asks for it.
  /// - Returns: what is doubtful about it.
  func send(
    to client: AdminClient, isDryRun: Bool = false
  ) throws(AdminClient.Failure) -> [String] {
    var body = JSONWriter(reservingCapacity: definition.count + 256)
    body.beginObject()
    body.member("name", name)
    body.name("definition")
    body.raw(definition)
    if !secrets.isEmpty {
      body.name("secrets")
      body.beginObject()
      for (name, value) in secrets.sorted(by: { $0.key < $1.key }) { body.member(name, value) }
      body.endObject()
    }
    if isDryRun {
      body.name("dryRun")
      body.bool(true)
    }
    body.member("reason", reason)
    body.endObject()
    let answer = try client.request("POST", "/v1/upstreams", body: body.bytes).root
    return answer[member: "warnings"]?.elements.compactMap(\.string) ?? []
  }

  /// As it would stand in a configuration file; values that are kept elsewhere are not in it.
  func shown(in directory: DataDirectory) -> String {
    var whole = UpstreamDefinition(definition)
    if !secrets.isEmpty { whole.add(environmentFile: directory.secrets(of: name)) }
    return JSONText.object([
      ("mcpServers", JSONText.object([(name, String(decoding: whole.bytes, as: UTF8.self))]))
    ])
  }
}

/// Where the process is.
enum WorkingDirectory {
  static var current: String {
    guard let pointer = getcwd(nil, 0) else { return "." }
    defer { free(pointer) }
    return String(cString: pointer)
  }
}
