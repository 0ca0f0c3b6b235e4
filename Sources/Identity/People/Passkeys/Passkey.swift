import Crypto

/// A key that an authenticator holds for one account.
public struct Passkey: Sendable, Equatable {
  /// As the authenticator names it.
  public let id: [UInt8]
  /// As its person named it.
  public var label: String
  /// Times are in seconds since the epoch.
  public let createdAt: Int64
  /// When somebody last signed in with it.
  public var usedAt: Int64?

  /// SubjectPublicKeyInfo in DER.
  let publicKey: [UInt8]
  let algorithm: SignatureAlgorithm
  /// How often it signed, as it says; 0 when it does not count.
  var counter: UInt32

  /// The first twelve characters of its name, for people.
  public var shortID: String { String(Base64URL.encode(id).prefix(12)) }
}

/// COSE's numbers of the algorithms that are taken (RFC 9053 §2, RFC 8812 §2).
enum PasskeyAlgorithm {
  static let offered: [(number: Int, algorithm: SignatureAlgorithm)] = [
    (-7, .es256), (-8, .edDSA), (-257, .rs256),
  ]

  static func named(_ number: Int) -> SignatureAlgorithm? {
    offered.first { $0.number == number }?.algorithm
  }
}
