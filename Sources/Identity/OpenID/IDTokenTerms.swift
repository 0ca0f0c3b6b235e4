import Configuration
import Crypto
import JSON

/// What tokens about a sign-in must say (OpenID Connect Core §3.1.3.7, Back-Channel Logout §2.6).
/// The time is given, in seconds since the epoch.
struct IDTokenTerms: Sendable {
  let openID: Configuration.OpenID

  private var name: String { openID.name }
  private var skew: Int64 { openID.skew.components.seconds }

  /// What the claims of an ID token must say besides its signature.
  func check(
    _ jws: CompactJWS, _ claims: TokenClaims, _ state: SignInState, accessToken: String?,
    now: Int64
  ) throws(OpenIDRefusal) {
    guard jws.type == nil || jws.type == "jwt" else { throw .token(.type(jws.type ?? "")) }
    try checkParties(claims)
    try checkTimes(claims, now)
    guard claims["nonce"]?.string == state.nonce else { throw .nonce }
    if let half = claims["at_hash"] {
      guard let accessToken, half.string == HalfHash.of(accessToken, for: jws.algorithm) else {
        throw .token(.claim(issuer: name, name: "at_hash"))
      }
    }
    guard let maxAge = state.maxAge else { return }
    // What was asked at the beginning may take as long as the sign-in does.
    guard let time = claims.authentication?.time, time >= state.begunAt - maxAge - skew else {
      throw .notFresh
    }
  }

  private func checkParties(_ claims: TokenClaims) throws(OpenIDRefusal) {
    guard claims.issuer == openID.issuer else {
      throw .token(.unknownIssuer(claims.issuer ?? "none"))
    }
    guard claims.audience.contains(openID.clientID) else { throw .token(.audience(issuer: name)) }
    let party = claims["azp"]
    guard party == nil ? claims.audience.count == 1 : party?.string == openID.clientID else {
      throw .token(.claim(issuer: name, name: "azp"))
    }
  }

  private func checkTimes(_ claims: TokenClaims, _ now: Int64) throws(OpenIDRefusal) {
    guard let expiresAt = claims.expiresAt, let issuedAt = claims.issuedAt else {
      throw .token(.claim(issuer: name, name: claims.expiresAt == nil ? "exp" : "iat"))
    }
    guard now < expiresAt + skew else { throw .token(.expired(issuer: name)) }
    guard issuedAt <= now + skew, claims.authentication?.time ?? 0 <= now + skew else {
      throw .token(.issuedInFuture(issuer: name))
    }
    if let notBefore = claims.notBefore, now + skew < notBefore {
      throw .token(.notYetValid(issuer: name))
    }
  }

  // MARK: - Sign-out

  /// How old a logout token may be, in seconds.
  static let logoutLifetime: Int64 = 300
  private static let logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

  /// What a logout token must say besides its signature.
  /// - Returns: whose sessions end, and what names the token.
  func checkLogout(
    _ jws: CompactJWS, _ claims: TokenClaims, now: Int64
  ) throws(OpenIDRefusal) -> (logout: OpenIDLogout, id: String) {
    guard jws.type == "logout+jwt" || jws.type == "jwt" || jws.type == nil else {
      throw .logout("its type is another")
    }
    guard claims.issuer == openID.issuer else { throw .logout("of another issuer") }
    guard claims.audience.contains(openID.clientID) else { throw .logout("for somebody else") }
    guard claims["nonce"] == nil else { throw .logout("it is an ID token") }
    guard let issuedAt = claims.issuedAt,
      (now - Self.logoutLifetime - skew...now + skew).contains(issuedAt),
      claims.expiresAt.map({ now < $0 + skew }) ?? true
    else { throw .logout("it was not made just now") }
    guard claims["events"]?[member: Self.logoutEvent]?.kind == .object else {
      throw .logout("it does not say that it is one")
    }
    guard let id = claims["jti"]?.string, (1...256).contains(id.utf8.count) else {
      throw .logout("it has no jti")
    }
    let subject = claims["sub"]?.string
    let session = claims["sid"]?.string
    guard subject != nil || session != nil else { throw .logout("it names nobody") }
    return (OpenIDLogout(subject: subject, session: session), id)
  }
}

/// Whose sessions an issuer ends.
public struct OpenIDLogout: Sendable, Equatable {
  /// The person, as the issuer names them (`sub`).
  public var subject: String?
  /// One session of theirs (`sid`).
  public var session: String?

  /// Whether a session of somebody is meant.
  public func means(subject: String?, session: String?) -> Bool {
    if let wanted = self.session, session == wanted { return true }
    // A session that is named is that one alone.
    return self.session == nil && self.subject != nil && subject == self.subject
  }
}
