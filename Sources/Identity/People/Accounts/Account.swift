import Crypto

/// An account of this gateway.
public struct Account: Sendable, Equatable {
  /// The id of the `Sallyport::Human`.
  public var name: String
  /// The ids of its `Sallyport::Role`s.
  public var roles: [String]
  /// The id of its `Sallyport::Tenant`.
  public var tenant: String?
  /// Times are in seconds since the epoch.
  public var createdAt: Int64
  /// Who made it.
  public var createdBy: String
  /// When somebody last signed in with it.
  public var signedInAt: Int64?
  /// Its passkeys, the oldest first.
  public internal(set) var passkeys: [Passkey] = []
  /// When the invitation that is out for it is over.
  public var invitedUntil: Int64? { invitation?.expiresAt }
  /// Whether it has a password.
  public var hasPassword: Bool { passwordHash != nil }
  /// Whether an authenticator application makes codes for it.
  public var hasCodes: Bool { codeKey != nil }

  /// A way in, once.
  struct Invitation: Sendable, Equatable {
    let digest: SHA256Digest
    let expiresAt: Int64
  }

  var passwordHash: String?
  var codeKey: [UInt8]?
  /// The newest time step of which a code was taken.
  var codeStep: Int64 = 0
  /// What authenticators know it by; says nothing.
  let handle: [UInt8]
  var invitation: Invitation?

  init(
    name: String, roles: [String], tenant: String?, createdAt: Int64, createdBy: String,
    handle: [UInt8] = SecureRandom.bytes(16)
  ) {
    self.name = name
    self.roles = roles
    self.tenant = tenant
    self.createdAt = createdAt
    self.createdBy = createdBy
    self.handle = handle
  }

  /// What it is looked up by: names that differ in case alone are one.
  static func key(_ name: String) -> String { name.lowercased() }

  /// The ways in that it has, as words.
  public var ways: [String] {
    (passkeys.isEmpty ? [] : ["passkey"]) + (hasPassword ? ["password"] : [])
      + (hasCodes ? ["code"] : [])
  }
}

/// What an account is to be.
public struct AccountDraft: Sendable, Equatable {
  /// The name.
  public var name: String
  /// The roles.
  public var roles: [String]
  /// The tenant.
  public var tenant: String?

  /// Accounts of one name have at most so many bytes.
  static let nameBytesMax = 64

  /// A draft.
  public init(name: String, roles: [String] = [], tenant: String? = nil) {
    self.name = name
    self.roles = roles
    self.tenant = tenant
  }

  func check() throws(PeopleError) {
    guard Self.isName(name) else { throw .invalid("name") }
    try Self.check(roles)
    guard tenant.map(Self.isLabel) ?? true else { throw .invalid("tenant") }
  }

  static func check(_ roles: [String]) throws(PeopleError) {
    guard roles.count <= IssuedIdentity.rolesMax, Set(roles).count == roles.count,
      roles.allSatisfy(isLabel), roles.allSatisfy({ !IssuedIdentity.ownRoles.contains($0) })
    else { throw .invalid("roles") }
  }

  /// Letters and digits of ASCII, and `.`, `_`, `-`, `@`, `+`: no two names look alike.
  static func isName(_ text: String) -> Bool {
    (1...nameBytesMax).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
          UInt8(ascii: "-"), UInt8(ascii: "@"), UInt8(ascii: "+"):
          true
        default: false
        }
      }
  }

  private static func isLabel(_ text: String) -> Bool {
    (1...IssuedIdentity.nameBytesMax).contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
  }
}
