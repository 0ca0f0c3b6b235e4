import Crypto

/// What is known of a token that this gateway made. The token itself is not.
public struct AgentToken: Sendable, Equatable {
  /// Names it: the first 16 hexadecimal digits of its digest, as the ledger names credentials.
  public var id: String
  /// Whom it names.
  public var principal: Principal
  /// The profile that it is for; nil for every endpoint.
  public var profile: String?
  /// Times are in seconds since the epoch.
  public var createdAt: Int64
  /// Who made it.
  public var createdBy: String
  /// When it is over.
  public var expiresAt: Int64
  /// When it was revoked; nil while it was not.
  public var revokedAt: Int64?
  /// The token that took its place.
  public var replacedBy: String?
  /// When it was last shown, to the minute; nil before the first time.
  public var usedAt: Int64?
  /// From where it was last shown.
  public var usedFrom: String?

  let digest: SHA256Digest

  init(
    principal: Principal, profile: String?, createdAt: Int64, createdBy: String, expiresAt: Int64,
    revokedAt: Int64? = nil, replacedBy: String? = nil, usedAt: Int64? = nil,
    usedFrom: String? = nil, digest: SHA256Digest
  ) {
    id = String(digest.hex.prefix(16))
    var principal = principal
    principal.credential = id
    principal.resources = profile.map { ["/mcp/\($0)"] }
    self.principal = principal
    self.profile = profile
    self.createdAt = createdAt
    self.createdBy = createdBy
    self.expiresAt = expiresAt
    self.revokedAt = revokedAt
    self.replacedBy = replacedBy
    self.usedAt = usedAt
    self.usedFrom = usedFrom
    self.digest = digest
  }

  /// Whether it is taken.
  public func isValid(at time: Int64) -> Bool { revokedAt == nil && time < expiresAt }

  /// As one word.
  public func state(at time: Int64) -> String {
    revokedAt != nil ? "revoked" : time < expiresAt ? "valid" : "expired"
  }
}

/// A token that was taken.
public struct AgentTokenUse: Sendable, Equatable {
  /// Whom it names.
  public let principal: Principal
  /// Until when it counts without being looked up again, in seconds since the epoch.
  public let until: Int64
}

/// What a token is to be.
public struct AgentTokenDraft: Sendable, Equatable {
  /// The agent.
  public var agent: String
  /// On whose behalf it acts.
  public var human: String?
  /// Its roles.
  public var roles: [String]
  /// Its tenant.
  public var tenant: String?
  /// Its scopes; empty when it is not held to any.
  public var scopes: [String]
  /// The profile that it is for.
  public var profile: String?
  /// How long it counts, in seconds.
  public var lifetime: Int64

  /// The longest that a token counts: a year.
  public static let lifetimeMax: Int64 = 366 * 86_400

  /// A token for an agent.
  public init(
    agent: String, human: String? = nil, roles: [String] = [], tenant: String? = nil,
    scopes: [String] = [], profile: String? = nil, lifetime: Int64
  ) {
    self.agent = agent
    self.human = human
    self.roles = roles
    self.tenant = tenant
    self.scopes = scopes
    self.profile = profile
    self.lifetime = lifetime
  }

  /// The most scopes that a token has.
  public static let scopesMax = 64

  /// A scope token (RFC 6749 §3.3).
  private static func isScope(_ text: String) -> Bool {
    (1...IssuedIdentity.nameBytesMax).contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != 0x22 && $0 != 0x5c }
  }

  func check() throws(AgentTokenError) {
    func isName(_ text: String) -> Bool {
      (1...IssuedIdentity.nameBytesMax).contains(text.utf8.count)
        && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
    guard isName(agent), !IssuedIdentity.ownRoles.contains(agent) else { throw .invalid("agent") }
    guard human.map(isName) ?? true else { throw .invalid("human") }
    guard tenant.map(isName) ?? true else { throw .invalid("tenant") }
    guard roles.count <= IssuedIdentity.rolesMax, roles.allSatisfy(isName),
      roles.allSatisfy({ !IssuedIdentity.ownRoles.contains($0) })
    else { throw .invalid("roles") }
    guard scopes.count <= Self.scopesMax, scopes.allSatisfy(Self.isScope) else {
      throw .invalid("scopes")
    }
    guard (1...Self.lifetimeMax).contains(lifetime) else { throw .invalid("ttl") }
  }
}

/// Why a token was not made, changed or found.
public enum AgentTokenError: Error, Sendable, CustomStringConvertible {
  /// A part of the draft has an impossible value.
  case invalid(String)
  /// There is no such token.
  case unknown(String)
  /// It is revoked or over.
  case over(String)
  /// There are as many as there may be.
  case tooMany
  /// The file.
  case storage(String)

  /// For a person.
  public var description: String {
    switch self {
    case .invalid(let name): "`\(name)` cannot be that"
    case .unknown(let id): "there is no token \(TokenRefusal.shown(id))"
    case .over(let id): "the token \(TokenRefusal.shown(id)) is revoked or expired"
    case .tooMany: "there are \(AgentTokens.countMax) tokens; revoke some, or let them expire"
    case .storage(let reason): reason
    }
  }
}
