/// Why a token was not accepted. The description is for the log and the ledger; clients learn
/// ``code`` alone. Neither holds a token or a part of a signature.
public enum TokenRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  /// It is no token of any form that is read here.
  case malformed(String)
  /// It is signed in a way that is not accepted.
  case algorithm(String)
  /// It says that it is something other than an access token.
  case type(String)
  /// No issuer of the configuration has made it.
  case unknownIssuer(String)
  /// The issuer has no key of this name for this algorithm.
  case unknownKey(issuer: String, key: String?)
  /// The issuer's keys are not known, and cannot be asked for now.
  case keysUnavailable(issuer: String)
  /// The signature does not hold.
  case signature(issuer: String)
  /// It is for somebody else.
  case audience(issuer: String)
  /// It is over.
  case expired(issuer: String)
  /// Its time has not come.
  case notYetValid(issuer: String)
  /// It claims to be made in the future.
  case issuedInFuture(issuer: String)
  /// A claim that must be there is missing or has an impossible value.
  case claim(issuer: String, name: String)
  /// It lacks scopes; all that are needed.
  case scope(issuer: String, needed: [String])
  /// It is bound to something that cannot be checked here.
  case uncheckable(issuer: String)
  /// It must come with a proof of its holder's key, and did not.
  case proofRequired(issuer: String)
  /// It is bound to a client's certificate, and this is not the one of the connection.
  case certificate(issuer: String)
  /// The proof does not hold.
  case proof(String)
  /// Its issuer says that it is not, or no longer, a token.
  case inactive(issuer: String)
  /// Its issuer could not be asked about it.
  case introspectionUnavailable(issuer: String)

  /// What RFC 6750 §3.1 and RFC 9449 §7.1 have clients told.
  public enum Code: String, Sendable {
    case invalidToken = "invalid_token"
    case insufficientScope = "insufficient_scope"
    case invalidProof = "invalid_dpop_proof"
    /// Nothing is wrong with the token as far as is known: try again.
    case unavailable = "temporarily_unavailable"
  }

  /// What the client is told.
  public var code: Code {
    switch self {
    case .scope: .insufficientScope
    case .proof: .invalidProof
    case .keysUnavailable, .introspectionUnavailable: .unavailable
    default: .invalidToken
    }
  }

  /// The whole, for an operator.
  public var description: String {
    switch self {
    case .malformed(let what): "token malformed: \(what)"
    case .algorithm(let name): "token algorithm: \(Self.shown(name)) is not accepted"
    case .type(let name): "token type: \(Self.shown(name)) is no access token"
    case .unknownIssuer(let name): "token issuer: \(Self.shown(name)) is not configured"
    case .unknownKey(let issuer, let key):
      "token key: \(issuer) has no key "
        + (key.map(Self.shown) ?? "that fits, and the token names none")
    case .keysUnavailable(let issuer): "token keys: those of \(issuer) are not known at present"
    case .signature(let issuer): "token signature: not one of \(issuer)"
    case .audience(let issuer): "token audience: the token of \(issuer) is not for this gateway"
    case .expired(let issuer): "token expired: it was of \(issuer)"
    case .notYetValid(let issuer): "token not yet valid: \(issuer) gave a later nbf"
    case .issuedInFuture(let issuer):
      "token from the future: \(issuer) gave a later iat or auth_time"
    case .claim(let issuer, let name):
      "token claim: \(Self.shown(name)) of \(issuer) is missing or cannot be used"
    case .scope(let issuer, let needed):
      "token scope: that of \(issuer) lacks one of \(needed.joined(separator: " "))"
    case .uncheckable(let issuer):
      "token binding: \(issuer) bound it to something that cannot be checked here"
    case .proofRequired(let issuer): "token binding: that of \(issuer) came without its proof"
    case .certificate(let issuer):
      "token binding: that of \(issuer) came without the client's certificate it is bound to"
    case .proof(let what): "token proof: \(what)"
    case .inactive(let issuer): "token inactive: so says \(issuer)"
    case .introspectionUnavailable(let issuer): "token not checked: \(issuer) gave no answer"
    }
  }

  /// Text of a token, harmless in a log.
  static func shown(_ text: String) -> String {
    let visible = text.unicodeScalars.prefix(64).map { scalar in
      (0x21...0x7e).contains(scalar.value) && scalar != "`" ? Character(scalar) : "?"
    }
    return "`\(String(visible))`"
  }
}
