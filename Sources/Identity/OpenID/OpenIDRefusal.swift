/// Why somebody is not signed in by an issuer, or a sign-out of it is not taken. The description is
/// for the record; people learn ``forPerson``. Neither holds a token, a code or a state.
public enum OpenIDRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  /// The state was not made here for this browser, is over, or was used before.
  case state
  /// The answer is of another issuer, or does not say of which where it must (RFC 9207).
  case issuer
  /// The issuer said no.
  case denied(String)
  /// The code was not taken, or the issuer does not answer.
  case unavailable(String)
  /// A token does not hold.
  case token(TokenRefusal)
  /// The ID token is another one's answer.
  case nonce
  /// What the issuer says of when the person signed in is missing, or too long ago.
  case notFresh
  /// A logout token that is none, or was used before.
  case logout(String)

  /// The whole, for an operator.
  public var description: String {
    switch self {
    case .state: "state: not of this browser, over, or used before"
    case .issuer: "issuer: the answer does not come from the one that was asked"
    case .denied(let error): "denied: \(TokenRefusal.shown(error))"
    case .unavailable(let reason): "unavailable: \(reason)"
    case .token(let refusal): "\(refusal)"
    case .nonce: "nonce: the ID token answers another request"
    case .notFresh: "authentication: not as fresh as was asked"
    case .logout(let what): "logout token: \(what)"
    }
  }

  /// What the person is told.
  public var forPerson: String {
    switch self {
    case .state: "This sign-in took too long, or was begun in another browser. Begin anew."
    case .denied: "The identity provider did not let you in."
    case .unavailable: "The identity provider does not answer at present. Try again later."
    case .notFresh: "The identity provider did not ask you to sign in anew. Begin anew."
    case .issuer, .token, .nonce, .logout: "The identity provider's answer is not valid here."
    }
  }
}
