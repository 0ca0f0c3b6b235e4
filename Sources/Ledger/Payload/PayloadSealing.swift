internal import Crypto

/// Payloads at rest under a key, AES-256-GCM: each body sealed by itself, bound to its role.
public struct PayloadSealing: Sendable, Equatable {
  private let key: [UInt8]

  /// A key of 32 bytes; nil for any other count.
  public init?(key: [UInt8]) {
    guard key.count == AES256GCM.keyBytes else { return nil }
    self.key = key
  }

  func seal(_ body: [UInt8], role: LedgerPayload.Role) -> [UInt8]? {
    try? AES256GCM.seal(body, key: key, authenticating: [role.rawValue])
  }

  /// Nil for another key or changed bytes.
  func open(_ sealed: [UInt8], role: LedgerPayload.Role) -> [UInt8]? {
    try? AES256GCM.open(sealed, key: key, authenticating: [role.rawValue])
  }
}
