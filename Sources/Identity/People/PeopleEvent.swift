/// Something that happened to an account or at a sign-in, for the record.
public struct PeopleEvent: Sendable, Equatable {
  /// What can happen.
  public enum Kind: String, Sendable, CaseIterable {
    case added, changed, removed, invited, reset, refused, locked
    case signedIn = "signed_in"
    case signedOut = "signed_out"
  }

  /// What happened.
  public var kind: Kind
  /// To whom; nil where no account has the name that was typed, which may be a password.
  public var person: String?
  /// What of the account it is about.
  public var of: String?
  /// How somebody signed in (RFC 8176).
  public var methods: [String] = []
  /// The session.
  public var session: String?
  /// The issuer that vouches for them.
  public var issuer: String?
  /// The numeric address it came from.
  public var address: String?
  /// The Unix user who did it; nil where the person did.
  public var user: String?
  /// Why.
  public var reason: String?

  init(_ kind: Kind, _ person: String?) {
    self.kind = kind
    self.person = person
  }
}

/// Who does something to an account, and from where.
public enum PeopleActor: Sendable, Equatable {
  /// The operator, a Unix user at the admin socket.
  case user(String)
  /// The person themselves, from an address.
  case person(address: String?)

  var user: String? { if case .user(let name) = self { name } else { nil } }
  var address: String? { if case .person(let address) = self { address } else { nil } }
}

/// Where what happens is put on record.
public protocol PeopleJournal: Sendable {
  /// Puts it on record, durably; false when that was not to be.
  func keep(_ event: PeopleEvent) async -> Bool
}
