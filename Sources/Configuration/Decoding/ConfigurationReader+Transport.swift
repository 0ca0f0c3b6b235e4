extension ConfigurationReader {
  /// Fields that the gateway writes itself; a pasted value for them would break the protocol.
  private static let ownHeaders: Set<String> = [
    "accept", "connection", "content-length", "content-type", "host", "keep-alive",
    "last-event-id", "mcp-method", "mcp-name", "mcp-protocol-version", "mcp-session-id",
    "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
  ]
  private static let credentialHeaders: Set<String> = [
    "api-key", "authorization", "cookie", "x-api-key", "x-auth-token",
  ]

  private enum Kind { case stdio, http, sse }

  func transport(_ section: inout Section) -> Configuration.Transport? {
    let stated = statedKind(&section)
    let command = section.take("command")
    let arguments = section.take("args")
    let environment = section.take("env")
    let environmentFile = section.take("envFile")
    let workingDirectory = section.take("cwd")
    let urls = ["url", "httpUrl", "serverUrl"].compactMap {
      section.take($0, suggested: $0 == "url")
    }
    let headers = section.take("headers")
    let verify = section.take("tls_verify")
    let authorities = section.take("ca")
    if case .unsupported = stated { return nil }
    let kept = environmentFile.map(environmentFiles) ?? [:]
    ownVariables = kept.mapValues { $0.reveal() }
    defer { ownVariables = [:] }

    if let url = urls.dropFirst().first {
      url.fail("stands beside `url`", expected: "one address")
    }
    let kind: Kind
    switch (stated, command, urls.first) {
    case (.known(let stated), _, _): kind = stated
    case (_, .some, nil): kind = .stdio
    case (_, nil, .some): kind = .http
    case (_, .some, .some):
      section.fail("has both `command` and `url`", expected: "one of the two")
      return nil
    default:
      section.fail("has neither `command` nor `url`", expected: "one of the two")
      return nil
    }

    switch kind {
    case .stdio:
      for other in urls + [headers, verify, authorities].compactMap({ $0 }) {
        other.fail("does not belong to a stdio server", expected: "`type: http`, or no such key")
      }
      guard let command else {
        section.fail("`command` is missing", expected: "the program to start")
        return nil
      }
      var variables = kept
      variables.merge(environment.map(self.environment) ?? [:]) { $1 }
      guard let program = program(command) else { return nil }
      return .stdio(
        Configuration.ChildProcess(
          command: program, arguments: arguments?.items().compactMap { $0.expanded() } ?? [],
          environment: variables, workingDirectory: workingDirectory.flatMap(path)))
    case .http, .sse:
      for other in [command, arguments, workingDirectory].compactMap({ $0 }) {
        other.fail("does not belong to an HTTP server", expected: "`type: stdio`, or no such key")
      }
      environment?.warn("is ignored: an HTTP server is not started here")
      guard let urlField = urls.first else {
        section.fail("`url` is missing", expected: "an http or https URL")
        return nil
      }
      let fields = headers.map(self.headers) ?? []
      guard let url = url(urlField, carriesCredentials: fields.contains { isCredential($0.name) })
      else { return nil }
      let verifies = verify?.bool() ?? true
      if !verifies { verify?.warn("lets anyone on the way pose as this server") }
      let endpoint = Configuration.Endpoint(
        url: url, headers: fields, verifiesCertificate: verifies,
        certificateAuthorities: authorities?.file())
      return kind == .sse ? .sse(endpoint) : .http(endpoint)
    }
  }

  private enum StatedKind {
    case unstated, unsupported
    case known(Kind)
  }

  private func statedKind(_ section: inout Section) -> StatedKind {
    let type = section.take("type")
    let transport = section.take("transport")
    if type != nil, let transport {
      transport.fail("stands beside `type`", expected: "one of the two")
    }
    guard let field = type ?? transport else { return .unstated }
    let expected = "stdio, http or sse"
    guard let text = field.text(expected: expected) else { return .unsupported }
    switch text {
    case "stdio", "local": return .known(.stdio)
    case "http", "streamable-http", "streamableHttp", "streamable_http": return .known(.http)
    case "sse": return .known(.sse)
    default:
      field.fail(
        "\(quoted(text)) is not a transport", expected: expected,
        suggestion: SpellingSuggestion.closest(
          to: text, among: ["stdio", "http", "streamable-http", "sse"]))
    }
    return .unsupported
  }

  /// A program: a name to look up, or a path.
  private func program(_ field: Field) -> ExpandedString? {
    guard let command = field.expanded() else { return nil }
    let program = command.reveal()
    guard !program.isEmpty else {
      field.fail("is empty", expected: "the program to start")
      return nil
    }
    guard program.contains("/") else {
      if program.contains(" ") {
        field.fail("holds a space", expected: "the program here, its arguments in `args`")
        return nil
      }
      return command
    }
    return ExpandedString(source: command.source, value: resolve(program))
  }

  /// A path in which variables are replaced.
  private func path(_ field: Field) -> String? {
    guard let path = field.expanded()?.reveal() else { return nil }
    guard !path.isEmpty else {
      field.fail("is empty", expected: "a path")
      return nil
    }
    return resolve(path)
  }

  private func environment(_ field: Field) -> [String: SecretString] {
    var variables: [String: SecretString] = [:]
    for (name, field) in field.members() {
      guard !name.isEmpty, !name.utf8.contains(0), !name.contains("=") else {
        field.fail("\(quoted(name)) cannot be a variable's name")
        continue
      }
      // Editors write null for «remove this variable»; there is nothing to remove.
      if field.node.isNull { continue }
      if let value = field.expanded() { variables[name] = Secret(value.reveal()) }
    }
    return variables
  }

  /// One file, or a list of which a later one wins.
  private func environmentFiles(_ field: Field) -> [String: SecretString] {
    guard case .sequence = field.node.content else { return environmentFile(field) }
    return field.items().reduce(into: [:]) { variables, item in
      variables.merge(environmentFile(item)) { $1 }
    }
  }

  private func environmentFile(_ field: Field) -> [String: SecretString] {
    guard let path = path(field), let text = credentialFile(path, field) else { return [:] }
    do {
      return try EnvironmentFile.parse(text).mapValues { Secret($0) }
    } catch {
      field.fail("\(path):\(error.line): the line \(error.message)", expected: "NAME=value")
      return [:]
    }
  }

  private func isCredential(_ header: String) -> Bool {
    Self.credentialHeaders.contains(header.lowercased())
  }

  private func headers(_ field: Field) -> [Configuration.Header] {
    var seen: Set<String> = []
    return field.members().compactMap { name, field in
      guard !name.isEmpty, name.utf8.allSatisfy(isTokenCharacter) else {
        field.fail("\(quoted(name)) cannot be a header's name")
        return nil
      }
      if Self.ownHeaders.contains(name.lowercased()) {
        field.warn("is ignored: the gateway writes this header itself")
        return nil
      }
      guard seen.insert(name.lowercased()).inserted else {
        field.fail("stands here twice", expected: "each header once")
        return nil
      }
      guard let value = field.expanded() else { return nil }
      let text = value.reveal()
      guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
        field.fail("holds a control character, such as a line's end")
        return nil
      }
      if isCredential(name), value.source == text {
        holdsCredentials = true
        field.warn("stands in the file itself", expected: "an environment variable: `${NAME}`")
      }
      return Configuration.Header(name: name, value: Secret(text))
    }
  }

  /// RFC 9110 §5.6.2.
  private func isTokenCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  func url(_ field: Field, carriesCredentials: Bool) -> ExpandedString? {
    let expected = "an absolute http or https URL"
    guard let url = field.expanded() else { return nil }
    let text = url.reveal()
    let scheme = ["https://", "http://"].first { text.lowercased().hasPrefix($0) }
    guard let scheme, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      field.fail("is not a URL", expected: expected)
      return nil
    }
    let authority = text.dropFirst(scheme.utf8.count).prefix { !"/?#".contains($0) }
    guard !authority.isEmpty, !text.contains("#") else {
      field.fail(
        authority.isEmpty ? "has no host" : "has a fragment (`#…`)", expected: expected)
      return nil
    }
    guard !authority.contains("@") else {
      field.fail(
        "holds a user name or password",
        expected: "credentials in `headers: {Authorization: …}`")
      return nil
    }
    var host = authority
    if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
      guard UInt16(host[host.index(after: colon)...]) != nil else {
        field.fail("has no valid port", expected: expected)
        return nil
      }
      host = host[..<colon]
    }
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if !isHostName(host) {
      field.fail("has no valid host", expected: expected)
      return nil
    }
    let address = Configuration.ListenAddress(host: host.lowercased(), port: 0)
    if scheme == "http://", carriesCredentials, !address.isLoopback {
      field.warn("sends a credential over the network in clear", expected: "https")
    }
    return url
  }
}
