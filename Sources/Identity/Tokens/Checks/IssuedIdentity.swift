import Configuration
import JSON

/// Who somebody is by an issuer's token.
enum IssuedIdentity {
  /// Bytes of a name.
  static let nameBytesMax = 128
  static let rolesMax = 64
  static let scopesMax = 64
  /// Roles that no issuer gives: that of a person at the command line.
  static let ownRoles: Set<String> = ["operator"]

  /// The principal that a token's claims name.
  /// - Parameters:
  ///   - resources: the endpoints that the token is for.
  ///   - credential: names the token without telling it.
  ///   - binding: what the token is bound to.
  static func principal(
    _ claims: TokenClaims, of issuer: Configuration.Issuer, resources: [String]?,
    credential: String, binding: Principal.Binding? = nil
  ) throws(TokenRefusal) -> Principal {
    let client = try issuer.claims.agent.lazy.compactMap { claims[$0] }.first.map {
      (node) throws(TokenRefusal) in try name(node, issuer.claims.agent[0], issuer)
    }
    // RFC 6749, appendix A.1. So no other text is taken for that of a client.
    guard let client, client.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
      throw .claim(issuer: issuer.name, name: issuer.claims.agent[0])
    }
    let subject = try claims[issuer.claims.human].map { (node) throws(TokenRefusal) in
      try name(node, issuer.claims.human, issuer)
    }
    // A client that acts for itself is its own subject (RFC 9068 §2.2).
    let human = subject == client ? nil : subject
    var roles = issuer.roles
    if let claim = issuer.claims.roles, let node = claims[claim] {
      for role in try texts(node, claim, issuer)
      where !ownRoles.contains(role) && !roles.contains(role) {
        roles.append(role)
      }
    }
    guard roles.count <= rolesMax else {
      throw .claim(issuer: issuer.name, name: issuer.claims.roles ?? "roles")
    }
    let tenant = try issuer.claims.tenant.flatMap { claims[$0] }.map {
      (node) throws(TokenRefusal) in try name(node, issuer.claims.tenant ?? "", issuer)
    }
    let instance = try issuer.claims.instance.flatMap { claims[$0] }.map {
      (node) throws(TokenRefusal) in try name(node, issuer.claims.instance ?? "", issuer)
    }
    guard claims.scopes.count <= scopesMax,
      claims.scopes.allSatisfy({ $0.utf8.count <= nameBytesMax })
    else { throw .claim(issuer: issuer.name, name: "scope") }
    return Principal(
      agent: issuer.clients[client] ?? "\(issuer.name)/\(client)",
      human: human.map { issuer.prefix + $0 }, roles: roles,
      tenant: tenant.map { issuer.prefix + $0 }, credential: credential, issuer: issuer.name,
      client: client, instance: instance, actors: claims.actors, scopes: claims.scopes.sorted(),
      authentication: claims.authentication, binding: binding, resources: resources)
  }

  private static func texts(
    _ node: JSONNode, _ claim: String, _ issuer: Configuration.Issuer
  ) throws(TokenRefusal) -> [String] {
    if let text = node.string { return text.split(separator: " ").map(String.init) }
    guard node.kind == .array, node.count <= rolesMax else {
      throw .claim(issuer: issuer.name, name: claim)
    }
    var texts: [String] = []
    for element in node.elements { texts.append(try name(element, claim, issuer)) }
    return texts
  }

  private static func name(
    _ node: JSONNode, _ claim: String, _ issuer: Configuration.Issuer
  ) throws(TokenRefusal) -> String {
    guard let text = node.string, (1...nameBytesMax).contains(text.utf8.count),
      text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else { throw .claim(issuer: issuer.name, name: claim) }
    return text
  }
}
