extension ConfigurationReader {
  private static let rulesMax = 256

  /// The key `oidc` of `people`.
  /// - Parameter issuers: those of agents; the same issuer names the same people.
  func openID(_ field: Field, issuers: [Configuration.Issuer]) -> Configuration.OpenID? {
    guard var section = field.section() else { return nil }
    guard let client = issuerClient(&section, url: "issuer") else { return nil }
    let known = issuers.first { $0.issuer == client.url }
    var openID = Configuration.OpenID(
      name: known?.name ?? "oidc", issuer: client.url, clientID: client.id,
      clientSecret: client.secret)
    if let known {
      openID.prefix = known.prefix
      openID.person = known.claims.human
      openID.allowsPrivateAddresses = known.allowsPrivateAddresses
      openID.certificateAuthorities = known.certificateAuthorities
    }
    readPeople(&section, into: &openID)
    readRoles(&section, into: &openID)
    readEndpoints(&section, into: &openID)
    section.finish()
    return openID
  }

  private func readPeople(_ section: inout Section, into openID: inout Configuration.OpenID) {
    let expected = "a claim's name, or a JSON pointer"
    if let field = section.take("scopes") {
      openID.scopes = oneOrMore(field, expected: "a scope")
      if !openID.scopes.contains("openid") { openID.scopes.insert("openid", at: 0) }
    }
    if let person = section.take("person")?.text(expected: expected) { openID.person = person }
    openID.tenant = section.take("tenant")?.text(expected: expected)
    if let field = section.take("prefix"), let prefix = field.argument() {
      if prefix.utf8.count > 64 { field.fail("is too long", expected: "at most 64 bytes") }
      openID.prefix = prefix
      if prefix.isEmpty {
        field.warn(
          "lets this issuer name every person, also those with an account here",
          expected: "a prefix, unless there are no others")
      }
    }
  }

  private func readRoles(_ section: inout Section, into openID: inout Configuration.OpenID) {
    let expected = "a claim's name, or a JSON pointer such as /realm_access/roles"
    guard let field = section.take("roles"), var roles = field.section() else { return }
    openID.rolesClaim = roles.take("claim")?.text(expected: expected)
    openID.roles = roles.take("everybody")?.names(expected: "a role's name") ?? []
    let rules = roles.take("rules")?.items() ?? []
    roles.finish()
    guard rules.count <= Self.rulesMax else {
      return field.fail("has \(rules.count) rules", expected: "at most \(Self.rulesMax)")
    }
    openID.rules = rules.compactMap(rule)
  }

  private func rule(_ field: Field) -> Configuration.RoleRule? {
    guard var section = field.section() else { return nil }
    let claim = section.take("claim")?.text(expected: "a claim's name, or a JSON pointer")
    let value = section.take("value")?.text(expected: "what the claim must have")
    let roles = section.take("roles")?.names(expected: "a role's name") ?? []
    section.finish()
    guard let claim, let value, !roles.isEmpty else {
      section.fail("is not complete", expected: "`claim`, `value` and `roles`")
      return nil
    }
    return Configuration.RoleRule(claim: claim, value: value, roles: roles)
  }

  private func readEndpoints(_ section: inout Section, into openID: inout Configuration.OpenID) {
    if let algorithms = section.take("algorithms") {
      openID.algorithms = self.algorithms(algorithms)
    }
    openID.tokenURL = section.take("token_endpoint").flatMap(issuerURL)
    openID.keysURL = section.take("jwks_uri").flatMap(issuerURL)
    if let skew = section.take("skew")?.duration(in: 0...300_000) { openID.skew = skew }
    if let isPrivate = section.take("private_addresses")?.bool() {
      openID.allowsPrivateAddresses = isPrivate
    }
    if let file = section.take("ca")?.file() { openID.certificateAuthorities = file }
  }
}
