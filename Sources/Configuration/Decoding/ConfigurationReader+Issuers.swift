extension ConfigurationReader {
  private static let issuersMax = 32
  private static let listMax = 64

  func issuers(_ field: Field, agents: [String]) -> [Configuration.Issuer] {
    let members = field.members()
    guard members.count <= Self.issuersMax else {
      field.fail("has \(members.count) issuers", expected: "at most \(Self.issuersMax)")
      return []
    }
    let issuers = members.compactMap { issuer($0, $1, agents: agents) }
    var owners: [String: String] = [:]
    for issuer in issuers {
      if let owner = owners.updateValue(issuer.name, forKey: issuer.issuer) {
        field.fail(
          "\(quoted(owner)) and \(quoted(issuer.name)) are the same issuer",
          expected: "each issuer once")
      }
    }
    if issuers.count(where: { $0.introspection != nil }) > 1 {
      field.fail(
        "more than one issuer has `introspection`, and a token that is no JWT does not say whose "
          + "it is", expected: "`introspection` once")
    }
    return issuers
  }

  private func issuer(
    _ name: String, _ field: Field, agents: [String]
  ) -> Configuration.Issuer? {
    checkIssuerName(name, field, agents)
    guard var section = field.section() else { return nil }
    guard let issuerField = section.take("issuer") else {
      section.fail(
        "`issuer` is missing", expected: "the URL that its tokens have in `iss`")
      return nil
    }
    guard let identifier = issuerURL(issuerField) else { return nil }
    var issuer = Configuration.Issuer(name: name, issuer: identifier)
    readKeys(&section, into: &issuer)
    readIdentity(&section, into: &issuer)
    readTransport(&section, into: &issuer)
    section.finish()
    return issuer
  }

  private func readKeys(_ section: inout Section, into issuer: inout Configuration.Issuer) {
    issuer.audience =
      section.take("audience").map { oneOrMore($0, expected: "what tokens have in `aud`") } ?? []
    issuer.keysURL = section.take("jwks_uri").flatMap(issuerURL)
    if let algorithms = section.take("algorithms") {
      issuer.algorithms = self.algorithms(algorithms)
    }
    issuer.scopes = section.take("scopes").map(scopes) ?? []
    if let type = section.take("type"), let text = type.text(expected: "at+jwt or any") {
      switch text {
      case "at+jwt": issuer.requiresType = true
      case "any": break
      default: type.fail("\(quoted(text)) is not known", expected: "at+jwt or any")
      }
    }
    if let proof = section.take("proof")?.choice(of: Configuration.Issuer.Proof.self) {
      issuer.proof = proof
    }
    if let skew = section.take("skew")?.duration(in: 0...300_000) { issuer.skew = skew }
    issuer.introspection = section.take("introspection").flatMap(introspection)
    if issuer.introspection != nil, issuer.keysURL != nil {
      section.fail("has both `introspection` and `jwks_uri`", expected: "one of the two")
    }
  }

  /// Algorithms by their names in JOSE.
  func algorithms(_ field: Field) -> [String] {
    let known = Configuration.Issuer.knownAlgorithms
    let names = field.names(expected: "an algorithm such as ES256").filter { name in
      guard !known.contains(name) else { return true }
      field.fail(
        "\(quoted(name)) is not an algorithm that is verified here",
        expected: "of " + known.joined(separator: ", "))
      return false
    }
    if names.isEmpty { field.fail("names no algorithm", expected: "at least one, or no such key") }
    return names
  }

  private func readIdentity(_ section: inout Section, into issuer: inout Configuration.Issuer) {
    if let field = section.take("claims"), var claims = field.section() {
      let expected = "a claim's name, or a JSON pointer such as /realm_access/roles"
      if let agent = claims.take("agent") {
        issuer.claims.agent = oneOrMore(agent, expected: expected)
      }
      if let human = claims.take("human")?.text(expected: expected) { issuer.claims.human = human }
      issuer.claims.roles = claims.take("roles")?.text(expected: expected)
      issuer.claims.tenant = claims.take("tenant")?.text(expected: expected)
      issuer.claims.instance = claims.take("instance")?.text(expected: expected)
      claims.finish()
    }
    if let field = section.take("prefix"), let prefix = field.argument() {
      if prefix.utf8.count > 64 { field.fail("is too long", expected: "at most 64 bytes") }
      issuer.prefix = prefix
      if prefix.isEmpty {
        field.warn(
          "lets this issuer name every person: a policy about one cannot tell whose person it is",
          expected: "a prefix, unless this is the only issuer of people")
      }
    }
    for (client, name) in section.take("clients")?.members() ?? [] {
      guard let agent = name.text(expected: "an agent's name") else { continue }
      checkName(agent, name)
      issuer.clients[client] = agent
    }
    issuer.roles = section.take("roles")?.names(expected: "a role's name") ?? []
  }

  private func readTransport(_ section: inout Section, into issuer: inout Configuration.Issuer) {
    issuer.allowsPrivateAddresses = section.take("private_addresses")?.bool() ?? false
    issuer.certificateAuthorities = section.take("ca")?.file()
  }

  private func introspection(_ field: Field) -> Configuration.Issuer.Introspection? {
    guard var section = field.section() else { return nil }
    let client = issuerClient(&section, url: "url")
    let cache = section.take("cache")?.duration(in: 0...300_000)
    section.finish()
    guard let client else { return nil }
    var introspection = Configuration.Issuer.Introspection(
      url: client.url, clientID: client.id, clientSecret: client.secret)
    if let cache { introspection.cache = cache }
    return introspection
  }

  private func scopes(_ field: Field) -> [String] {
    let expected = "a scope: visible ASCII characters without `\"` and `\\`"
    return oneOrMore(field, expected: expected).filter { scope in
      // RFC 6749 §3.3.
      let isToken = scope.utf8.allSatisfy {
        (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
      }
      if !isToken { field.fail("\(quoted(scope)) is not a scope", expected: expected) }
      return isToken
    }
  }

  /// A text, or a list of different texts.
  func oneOrMore(_ field: Field, expected: String) -> [String] {
    guard case .sequence(let items) = field.node.content else {
      return field.text(expected: expected).map { [$0] } ?? []
    }
    guard (1...Self.listMax).contains(items.count) else {
      field.fail("has \(items.count) items", expected: "1 to \(Self.listMax)")
      return []
    }
    return field.names(expected: expected)
  }

  private func checkIssuerName(_ name: String, _ field: Field, _ agents: [String]) {
    let isAllowed = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    if !isAllowed || !(1...32).contains(name.utf8.count) {
      field.fail(
        "\(quoted(name)) cannot be an issuer's name",
        expected: "1 to 32 lower-case letters, digits and `-`")
    }
    if let agent = agents.first(where: { $0.hasPrefix(name + "/") }) {
      field.fail(
        "the agent \(quoted(agent)) has a name that clients of this issuer have",
        expected: "another name for the agent or the issuer")
    }
  }

  /// An `https` URL without query and fragment; `http` only to this machine. The text as it stands:
  /// issuers are compared byte for byte.
  func issuerURL(_ field: Field) -> String? {
    let expected = "an https URL without query and fragment, or http to a loopback address"
    guard let text = field.text(expected: expected) else { return nil }
    guard let host = hostOfPlainURL(text) else {
      field.fail("\(quoted(text)) is not such a URL", expected: expected)
      return nil
    }
    let address = Configuration.ListenAddress(host: host, port: 0)
    guard !text.hasPrefix("https://") else { return text }
    guard address.isLoopback else {
      field.fail("\(quoted(text)) goes over the network in clear", expected: expected)
      return nil
    }
    return text
  }

  /// The public URL of this gateway, without a slash at its end.
  func resource(_ field: Field) -> String? {
    let expected = "scheme and host, such as https://gateway.example.com"
    guard var text = field.text(expected: expected) else { return nil }
    if text.hasSuffix("/") { text.removeLast() }
    guard let host = hostOfPlainURL(text),
      text.drop(while: { $0 != ":" }).dropFirst(3).allSatisfy({ $0 != "/" }),
      text == text.lowercased()
    else {
      field.fail("\(quoted(text)) is not such a URL", expected: expected + ", in lower case")
      return nil
    }
    if text.hasPrefix("http://"),
      !Configuration.ListenAddress(host: host, port: 0).isLoopback
    {
      field.warn("lets tokens cross the network in clear", expected: "https")
    }
    return text
  }

  /// The host of `scheme://host[:port][/path]`; nil for anything else.
  private func hostOfPlainURL(_ text: String) -> String? {
    let scheme = ["https://", "http://"].first { text.hasPrefix($0) }
    guard let scheme, text.utf8.count <= 512,
      text.utf8.allSatisfy({ (0x21...0x7e).contains($0) && !#"?#\@"<>"#.utf8.contains($0) })
    else { return nil }
    var host = text.dropFirst(scheme.utf8.count).prefix { $0 != "/" }
    if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
      guard let port = UInt16(host[host.index(after: colon)...]), port > 0 else { return nil }
      host = host[..<colon]
    }
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      return host.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." } ? String(host) : nil
    }
    return isHostName(host) ? host.lowercased() : nil
  }
}
