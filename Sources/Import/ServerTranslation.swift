import Configuration
import JSON

/// Turns one server of another program's configuration into a definition of ours. What is not
/// known here is left out and noted, never guessed.
struct ServerTranslation {
  let source: ServerSource
  let client: ClientApplication
  private var secrets = SecretSeparation()
  private var notes: [String] = []
  private var members: [(name: String, value: [UInt8])] = []
  private var summary = ""
  private var transport = "stdio"

  init(_ source: ServerSource, of client: ClientApplication) {
    self.source = source
    self.client = client
    notes = source.notes
  }

  /// - Parameter file: the file that has it.
  mutating func translate(file: String) -> ImportedServer {
    writeTransport()
    for (name, value) in source.node.members where !Self.transportKeys.contains(name) {
      write(name, value)
    }
    var writer = JSONWriter(reservingCapacity: 512)
    writer.beginObject()
    for (name, value) in members {
      writer.name(name)
      writer.raw(value)
    }
    writer.endObject()
    let name = Configuration.Upstream.name(like: source.name) ?? "server"
    if name != source.name { notes.append("is called `\(name)` here") }
    return ImportedServer(
      name: name, originalName: source.name, client: client, file: file,
      definition: writer.bytes, secrets: secrets.values, transport: transport, summary: summary,
      notes: notes)
  }

  // MARK: - How it is reached

  private static let transportKeys: Set<String> = [
    "type", "transport", "command", "args", "env", "envFile", "cwd", "url", "httpUrl", "serverUrl",
    "headers", "http_headers", "env_http_headers", "bearer_token_env_var", "env_vars",
  ]

  private mutating func writeTransport() {
    let node = source.node
    let urls = ["url", "httpUrl", "serverUrl"].compactMap { node[member: $0]?.string }
    let type = (node[member: "type"] ?? node[member: "transport"])?.string
    if let type { members.append(("type", JSONText.text(type))) }
    if let url = urls.last {
      transport = type == "sse" ? "sse" : "http"
      let address = secrets.address(text(url))
      members.append(("url", JSONText.text(address)))
      summary = address
      writeHeaders()
    } else {
      writeProgram()
    }
  }

  private mutating func writeHeaders() {
    var headers: [(String, String)] = []
    for key in ["headers", "http_headers"] {
      for (name, value) in source.strings(key) {
        headers.append((name, secrets.header(name, text(value))))
      }
    }
    for (name, variable) in source.strings("env_http_headers") {
      headers.append((name, "${\(variable)}"))
    }
    if let variable = source.node[member: "bearer_token_env_var"]?.string {
      headers.append(("Authorization", "Bearer ${\(variable)}"))
    }
    guard !headers.isEmpty else { return }
    members.append(("headers", JSONText.object(headers)))
  }

  private mutating func writeProgram() {
    let node = source.node
    if let command = node[member: "command"]?.string {
      members.append(("command", JSONText.text(text(command))))
      summary = text(command)
    }
    if let list = node[member: "args"] {
      let words = list.elements.map { text($0.string ?? $0.description) }
      let arguments = secrets.arguments(words)
      members.append(("args", JSONText.list(arguments)))
      summary = ([summary] + arguments).joined(separator: " ")
    }
    var variables: [(String, String)] = []
    if let environment = node[member: "env"], environment.kind == .object {
      for (name, value) in environment.members {
        guard value.kind != .null else { continue }
        let value = text(value.string ?? value.description)
        if let kept = secrets.environment(name, value) { variables.append((name, kept)) }
      }
    }
    for entry in node[member: "env_vars"].map({ Array($0.elements) }) ?? [] {
      guard let name = entry.string ?? entry[member: "name"]?.string else { continue }
      variables.append((name, "${\(name):-}"))
    }
    if !variables.isEmpty { members.append(("env", JSONText.object(variables))) }
    if let path = node[member: "envFile"]?.string {
      members.append(("envFile", JSONText.text(absolute(text(path)))))
    }
    if let path = node[member: "cwd"]?.string {
      members.append(("cwd", JSONText.text(absolute(text(path)))))
    } else if let directory = source.directory {
      members.append(("cwd", JSONText.text(directory)))
    }
  }

  /// A text of the file, with what stands for other things in the program's own words.
  private mutating func text(_ text: String) -> String {
    let (result, inputs) = VariableSyntax(client: client, directory: source.directory)
      .translate(text)
    for input in inputs {
      let note =
        "asks for `\(input.id)` there; here the gateway reads \(input.variable) from its "
        + "environment"
      if !notes.contains(note) { notes.append(note) }
    }
    return result
  }

  private func absolute(_ path: String) -> String {
    guard let directory = source.directory, !path.hasPrefix("/"), !path.hasPrefix("~"),
      !path.hasPrefix("${")
    else { return path }
    return path == "." ? directory : "\(directory)/\(path)"
  }

  // MARK: - Everything else

  private mutating func write(_ name: String, _ value: JSONNode) {
    switch name {
    case "disabled", "enabled", "isActive":
      if value.bool != nil { members.append((name, Array(value.raw))) }
    case "enabledTools", "includeTools", "allowedTools", "enabled_tools":
      members.append(("enabledTools", Array(value.raw)))
    case "tools" where value.kind == .array: members.append(("enabledTools", Array(value.raw)))
    case "disabledTools", "excludeTools", "disabled_tools":
      members.append(("disabledTools", Array(value.raw)))
    case "timeout": writeTimeout(name, value, milliseconds: 1)
    case "tool_timeout_sec": writeTimeout(name, value, milliseconds: 1000)
    case "description", "name", "icon", "startup_timeout_sec", "startup_timeout_ms", "required",
      "gallery", "version", "dev":
      break
    case "alwaysAllow", "autoApprove", "trust", "default_tools_approval_mode", "tools":
      notes.append("`\(name)` is left out: it grants nothing here, policies do")
    case "oauth", "auth", "authProviderType", "headersHelper", "scopes", "oauth_resource":
      notes.append("`\(name)` is left out: signing in is not carried over; give it a header")
    default: notes.append("`\(name.prefix(64))` is left out: it is not known here")
    }
  }

  private mutating func writeTimeout(_ name: String, _ value: JSONNode, milliseconds: Double) {
    guard let number = value.double, number * milliseconds >= 1,
      number * milliseconds <= 86_400_000
    else { return notes.append("`\(name)` is left out: it is no duration up to a day") }
    members.append(("timeout", JSONText.text("\(Int(number * milliseconds))ms")))
  }
}

/// JSON of small things.
private enum JSONText {
  static func text(_ text: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.string(text)
    return writer.bytes
  }

  static func list(_ texts: [String]) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginArray()
    for text in texts { writer.string(text) }
    writer.endArray()
    return writer.bytes
  }

  /// A later member of one name wins.
  static func object(_ members: [(String, String)]) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    for (index, member) in members.enumerated()
    where !members[(index + 1)...].contains(where: { $0.0 == member.0 }) {
      writer.name(member.0)
      writer.string(member.1)
    }
    writer.endObject()
    return writer.bytes
  }
}
