/// Something that happened to the account of a person, or at a sign-in.
public struct PersonRecord: Sendable, Equatable {
  /// What happened.
  public var event: Event
  /// The person; nil where nobody has the name that was typed, which may be a password.
  public var person: String?
  /// What of the account it is about: `account`, `roles`, `password`, `code`, `passkey`,
  /// `invitation`.
  public var of: String?
  /// How somebody signed in, as RFC 8176 names it.
  public var methods: [String]
  /// Names the session without telling it: 16 hexadecimal digits of its token's SHA-256.
  public var session: String?
  /// The issuer that vouches for the person; nil for an account of this gateway.
  public var issuer: String?
  /// The numeric address it came from.
  public var address: String?
  /// The operator who did it; nil where the person did.
  public var actor: LedgerActor?
  /// Why.
  public var reason: String?

  /// What can happen.
  public enum Event: String, Sendable, CaseIterable {
    case added, changed, removed, invited, reset, refused, locked
    case signedIn = "signed_in"
    case signedOut = "signed_out"
  }

  /// An event.
  public init(
    event: Event, person: String? = nil, of: String? = nil, methods: [String] = [],
    session: String? = nil, issuer: String? = nil, address: String? = nil,
    actor: LedgerActor? = nil, reason: String? = nil
  ) {
    self.event = event
    self.person = person
    self.of = of
    self.methods = methods
    self.session = session
    self.issuer = issuer
    self.address = address
    self.actor = actor
    self.reason = reason
  }

  func encode(time: Int64, into writer: inout RecordWriter) {
    let name = LedgerLimits.nameBytesMax
    writer.beginObject()
    writer.member("actor", actor)
    writer.member("address", address, limit: name)
    writer.member("event", event.rawValue, limit: name)
    writer.member("issuer", issuer, limit: name)
    writer.member("kind", LedgerRecord.Kind.person.rawValue, limit: name)
    writer.member("methods", methods, countMax: 8, limit: name)
    writer.member("of", of, limit: name)
    writer.member("person", person, limit: name)
    writer.member("reason", reason, limit: LedgerLimits.textBytesMax)
    writer.member("session", session, limit: name)
    writer.member("time", time)
    writer.endObject()
  }
}
