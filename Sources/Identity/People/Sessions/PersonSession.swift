import Crypto

/// Somebody who is signed in. Its token is not known here, only the digest.
public struct PersonSession: Sendable, Equatable {
  /// Names it: the first 16 hexadecimal digits of its digest.
  public var id: String { String(digest.hex.prefix(16)) }
  /// Who, and how they proved it.
  public var who: SignedIn
  /// Times are in seconds since the epoch.
  public var createdAt: Int64
  /// When it was last used, to the minute.
  public var usedAt: Int64
  /// From where it was begun.
  public var address: String?
  /// With which program, as that says itself.
  public var client: String?

  let digest: SHA256Digest

  func isOver(at time: Int64, _ limits: SessionLimits) -> Bool {
    time >= createdAt + limits.absolute || time >= usedAt + limits.idle || time < createdAt - 60
  }
}

/// How long sessions last, in seconds.
public struct SessionLimits: Sendable, Equatable {
  /// Without use.
  public var idle: Int64
  /// In all.
  public var absolute: Int64

  /// 30 minutes without use and 12 hours in all, unless told otherwise.
  public init(idle: Int64 = 1800, absolute: Int64 = 43_200) {
    self.idle = idle
    self.absolute = absolute
  }
}

/// The text of a session: `sps_` and 32 random bytes in base64url.
public enum SessionToken {
  static let prefix = "sps_"
  private static let randomBytes = 32

  static func make() -> String { prefix + Base64URL.encode(SecureRandom.bytes(randomBytes)) }

  /// Whether a text has the form of one. No secret is compared.
  public static func isWellFormed(_ text: String) -> Bool {
    text.utf8.count == 47 && text.hasPrefix(prefix)
  }
}
