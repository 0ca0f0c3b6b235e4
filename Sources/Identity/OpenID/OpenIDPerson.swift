import Configuration
import JSON

/// Who somebody is by an ID token.
struct OpenIDPerson: Sendable, Equatable {
  var name: String
  var roles: [String]
  var tenant: String?
  var authentication: Authentication
  var subject: String
  var session: String?

  static let rolesMax = IssuedIdentity.rolesMax

  init(_ claims: TokenClaims, of openID: Configuration.OpenID) throws(OpenIDRefusal) {
    func text(_ claim: String) throws(OpenIDRefusal) -> String {
      guard let text = claims[claim]?.string,
        (1...IssuedIdentity.nameBytesMax).contains(text.utf8.count),
        text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
      else { throw .token(.claim(issuer: openID.name, name: claim)) }
      return text
    }
    subject = try text("sub")
    name = openID.prefix + (try text(openID.person))
    // Whoever can write an address into a profile is not who reads the mail that goes there.
    if openID.person == "email", claims["email_verified"]?.bool != true {
      throw .token(.claim(issuer: openID.name, name: "email_verified"))
    }
    tenant =
      openID.tenant.flatMap { claims[$0] } == nil
      ? nil : openID.prefix + (try text(openID.tenant ?? ""))
    session = claims["sid"]?.string.map { String($0.prefix(256)) }
    var found = openID.roles
    func add(_ role: String) {
      if !IssuedIdentity.ownRoles.contains(role), !found.contains(role) { found.append(role) }
    }
    if let claim = openID.rolesClaim { for role in Self.texts(claims[claim]) { add(role) } }
    for rule in openID.rules where Self.texts(claims[rule.claim]).contains(rule.value) {
      for role in rule.roles { add(role) }
    }
    guard found.count <= Self.rolesMax else {
      throw .token(.claim(issuer: openID.name, name: openID.rolesClaim ?? "roles"))
    }
    roles = found
    // What nobody says is not made up.
    authentication = claims.authentication ?? Authentication()
  }

  /// The texts of a claim: one, or those of a list to a bound.
  private static func texts(_ node: JSONNode?) -> [String] {
    guard let node else { return [] }
    if let text = node.string { return [text] }
    guard node.kind == .array else { return [] }
    return node.elements.prefix(1_024).compactMap(\.string)
      .filter { (1...IssuedIdentity.nameBytesMax).contains($0.utf8.count) }
  }
}
