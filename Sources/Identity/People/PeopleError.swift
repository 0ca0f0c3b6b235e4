/// Why an account was not made, changed or found.
public enum PeopleError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A part of the draft has an impossible value.
  case invalid(String)
  /// There is no such account.
  case unknown(String)
  /// There is one of this name.
  case exists(String)
  /// The password cannot be that.
  case password(String)
  /// What an authenticator said is not taken.
  case passkey(PasskeyRefusal)
  /// Nothing of this name can be removed.
  case noSuchPasskey
  /// It is the last way in.
  case lastWay
  /// There are as many as there may be.
  case tooMany(String)
  /// As many passwords as may wait are waiting.
  case busy
  /// The ledger or the file.
  case storage(String)

  /// For a person.
  public var description: String {
    switch self {
    case .invalid(let name): "`\(name)` cannot be that"
    case .unknown(let name): "there is no person \(TokenRefusal.shown(name)) with an account here"
    case .exists(let name): "there is an account for \(TokenRefusal.shown(name)) already"
    case .password(let objection): objection
    case .passkey(let refusal): refusal.description
    case .noSuchPasskey: "there is no such passkey"
    case .lastWay: "it is the last way in; add another one first"
    case .tooMany(let what): "there are too many \(what)"
    case .busy: "too many people sign in at this moment; try again"
    case .storage(let reason): reason
    }
  }
}

/// Why somebody is not signed in. What is told of a wrong name is what is told of a wrong password.
public enum SignInRefusal: Error, Sendable, Equatable {
  /// The name, the password, the code or the invitation.
  case wrong
  /// Too many guesses: so many seconds to wait.
  case wait(Int64)
  /// Too many people sign in at this moment.
  case busy
  /// What was begun took too long, or is of another browser.
  case over
  /// The passkey.
  case passkey(PasskeyRefusal)
  /// The password that was chosen.
  case password(String)
  /// The ledger or the file.
  case storage(String)
}
