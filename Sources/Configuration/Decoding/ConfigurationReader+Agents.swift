extension ConfigurationReader {
  private static let tokenBytes = 1...4096
  /// A token with fewer characters can be guessed; it works, with a warning.
  private static let safeTokenBytes = 16
  private static let nameBytes = 128

  func agents(_ field: Field) -> [Configuration.Agent] {
    var owners: [String: String] = [:]
    return field.members().compactMap { name, field in
      checkName(name, field)
      guard var section = field.section() else { return nil }
      let tokenField = section.take("token")
      let who = identity(&section)
      section.finish()
      guard let tokenField else {
        section.fail(
          "`token` is missing", expected: "`token: {env: NAME}` or `token: {file: path}`")
        return nil
      }
      guard let token = token(tokenField) else { return nil }
      if let owner = owners.updateValue(name, forKey: token) {
        tokenField.fail(
          "is the same token as that of \(quoted(owner))", expected: "a token for each agent")
      }
      return Configuration.Agent(
        name: name, token: Secret(token), human: who.human, roles: who.roles, tenant: who.tenant)
    }
  }

  func localIdentity(_ field: Field?) -> Configuration.LocalIdentity {
    var identity = Configuration.LocalIdentity(
      agent: "local", human: input.userName, roles: [], tenant: nil)
    guard var section = field?.section() else { return identity }
    if let agent = section.take("agent"), let name = agent.text(expected: "an agent's name") {
      checkName(name, agent)
      identity.agent = name
    }
    let who = self.identity(&section)
    identity.human = who.human ?? identity.human
    identity.roles = who.roles
    identity.tenant = who.tenant
    section.finish()
    return identity
  }

  /// Who a client without a token is. Everyone who reaches the address is trusted to be it, so the
  /// address must be one that only this machine reaches.
  func anonymousIdentity(
    _ field: Field, listen: Configuration.ListenAddress
  ) -> Configuration.LocalIdentity? {
    guard var section = field.section() else { return nil }
    let agentField = section.take("agent")
    let who = identity(&section)
    section.finish()
    guard let agentField else {
      section.fail("`agent` is missing", expected: "an agent's name")
      return nil
    }
    guard let name = agentField.text(expected: "an agent's name") else { return nil }
    checkName(name, agentField)
    guard listen.isLoopback else {
      field.fail(
        "would let in everyone who reaches \(listen) without a token",
        expected: "a loopback address in `listen`, or `agents` with tokens")
      return nil
    }
    field.warn(
      "every process of this machine may call as \(quoted(name)), without a token",
      expected: "`agents` with tokens where others use the machine")
    return Configuration.LocalIdentity(
      agent: name, human: who.human, roles: who.roles, tenant: who.tenant)
  }

  private func identity(
    _ section: inout Section
  ) -> (human: String?, roles: [String], tenant: String?) {
    (
      human: section.take("human")?.text(expected: "a person's name"),
      roles: section.take("roles")?.names(expected: "a role's name") ?? [],
      tenant: section.take("tenant")?.text(expected: "a tenant's name")
    )
  }

  /// Whom the ledger names for a person at the command line.
  static let reservedName = "operator"

  func checkName(_ name: String, _ field: Field) {
    if name == Self.reservedName {
      field.fail(
        "\(quoted(name)) is the name under which a person at the command line calls",
        expected: "another name for the agent")
    }
    let isVisible = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    if name.isEmpty || name.utf8.count > Self.nameBytes || !isVisible {
      field.fail(
        "\(quoted(name)) cannot be an agent's name",
        expected: "1 to \(Self.nameBytes) bytes without control characters")
    }
  }

  private func token(_ field: Field) -> String? {
    let expected = "`{env: NAME}` or `{file: path}`"
    let token: String?
    switch field.node.content {
    case .mapping:
      token = secretReference(field, expected: expected)
    case .scalar(let scalar) where scalar.kind == .string:
      holdsCredentials = true
      field.warn("stands in the file itself", expected: expected)
      token = scalar.text
    default:
      field.fail("is \(field.node.kindInWords)", expected: expected)
      token = nil
    }
    guard let token else { return nil }
    guard Self.tokenBytes.contains(token.utf8.count) else {
      field.fail(
        token.isEmpty ? "is empty" : "is too long",
        expected: "\(Self.safeTokenBytes) to \(Self.tokenBytes.upperBound) characters")
      return nil
    }
    guard token.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      field.fail(
        "holds a character that cannot stand in a bearer token",
        expected:
          "visible ASCII characters without spaces; note that `${NAME}` is not replaced here")
      return nil
    }
    if token.hasPrefix("${") {
      field.fail("is not replaced here", expected: "`{env: NAME}`")
      return nil
    }
    if token.utf8.count < Self.safeTokenBytes {
      field.warn(
        "is short enough to be guessed",
        expected: "at least \(Self.safeTokenBytes) random characters")
    }
    return token
  }

  /// The text of an environment variable or a file.
  func secretReference(_ field: Field, expected: String) -> String? {
    guard var section = field.section() else { return nil }
    let variable = section.take("env")
    let file = section.take("file")
    section.finish()
    switch (variable, file) {
    case (let variable?, nil):
      guard let name = variable.text(expected: "the name of an environment variable") else {
        return nil
      }
      guard let value = input.environment[name] else {
        variable.fail(
          "the environment variable \(quoted(name)) is not set", expected: "a value for it")
        return nil
      }
      return value
    case (nil, let file?):
      return file.file().flatMap { credentialFile($0, file) }.map { text in
        String(text.trimmingSuffix { $0.isNewline })
      }
    default:
      field.fail(
        variable == nil ? "names no source" : "names two sources", expected: expected)
      return nil
    }
  }

  /// A file with something to keep to oneself, as text.
  func credentialFile(_ path: String, _ field: Field) -> String? {
    do {
      let file = try input.readFile(path)
      if file.mode & 0o077 != 0 {
        field.warn("others may read \(path)", expected: "permissions 0600 (`chmod 600`)")
      }
      guard file.bytes.count <= ConfigurationBounds.fileBytes else {
        field.fail("\(path) is too large")
        return nil
      }
      guard let text = String(validating: file.bytes, as: UTF8.self) else {
        field.fail("\(path) is not UTF-8 text")
        return nil
      }
      return text
    } catch {
      field.fail("\(error)")
      return nil
    }
  }
}

extension String {
  fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
    var rest = Substring(self)
    while let last = rest.last, predicate(last) { rest.removeLast() }
    return rest
  }
}
