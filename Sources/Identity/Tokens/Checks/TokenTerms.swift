import Configuration

/// What a token of one issuer must say to be taken. The time is given, in seconds since the epoch.
struct TokenTerms: Sendable {
  /// What `typ` says of an access token, here or with servers that say nothing more exact.
  private static let types: Set<String> = ["at+jwt", "jwt"]

  let issuer: Configuration.Issuer
  /// The URL of this gateway, without a slash at its end.
  let resource: String

  private var name: String { issuer.name }
  private var skew: Int64 { issuer.skew.components.seconds }

  /// What the header must say.
  func check(type: String?) throws(TokenRefusal) {
    if issuer.requiresType {
      guard type == "at+jwt" else { throw .type(type ?? "none") }
    } else if let type, !Self.types.contains(type) {
      throw .type(type)
    }
  }

  /// What the claims must say, in the order in which a refusal tells most.
  /// - Returns: the paths of the endpoints that the token is for; nil for all.
  func check(_ claims: TokenClaims, now: Int64) throws(TokenRefusal) -> [String]? {
    guard let expiresAt = claims.expiresAt else { throw .claim(issuer: name, name: "exp") }
    guard now < expiresAt + skew else { throw .expired(issuer: name) }
    if let notBefore = claims.notBefore, now + skew < notBefore {
      throw .notYetValid(issuer: name)
    }
    if let issuedAt = claims.issuedAt, now + skew < issuedAt {
      throw .issuedInFuture(issuer: name)
    }
    // It would count as fresh until then.
    if let time = claims.authentication?.time, now + skew < time {
      throw .issuedInFuture(issuer: name)
    }
    let endpoints = try endpoints(for: claims.audience)
    guard claims.scopes.isSuperset(of: issuer.scopes) else {
      throw .scope(issuer: name, needed: issuer.scopes)
    }
    return endpoints
  }

  /// RFC 8707 §2: the token names whom it is for. The gateway itself, and the endpoint with
  /// everything, are all of it; another endpoint is that one alone.
  private func endpoints(for audience: [String]) throws(TokenRefusal) -> [String]? {
    guard issuer.audience.isEmpty else {
      guard audience.contains(where: issuer.audience.contains) else {
        throw .audience(issuer: name)
      }
      return nil
    }
    var endpoints: [String] = []
    for audience in audience where audience.hasPrefix(resource) {
      var path = audience.dropFirst(resource.count)
      if path.hasSuffix("/") { path.removeLast() }
      if path.isEmpty || path == "/mcp" || path == "/sse" { return nil }
      guard path.hasPrefix("/") else { continue }
      endpoints.append(Self.endpoint(String(path)))
    }
    guard !endpoints.isEmpty else { throw .audience(issuer: name) }
    return endpoints
  }

  /// The two transports of an endpoint are one endpoint.
  private static func endpoint(_ path: String) -> String {
    if path.hasPrefix("/sse/") { return "/mcp/" + path.dropFirst(5) }
    if path.hasSuffix("/sse") { return path.dropLast(4) + "/mcp" }
    return path
  }
}
