internal import Crypto

/// A key that verifies signatures of notes (C2SP signed-note, tlog-cosignature), as text
/// `name+ID+base64(kind ‖ key)`.
public struct NoteKey: Sendable, Equatable, CustomStringConvertible {
  /// Whose key it is; a log's is its origin.
  public let name: String
  /// What it signs.
  public let kind: Kind
  /// The 32 bytes of Ed25519.
  public let publicKey: [UInt8]

  /// What a key signs.
  public enum Kind: UInt8, Sendable {
    /// The text of a note.
    case note = 1
    /// A checkpoint that a witness has seen, with the time.
    case cosignature = 4
  }

  /// A key of Ed25519; nil for a name that is none or another size of key.
  public init?(name: String, kind: Kind = .note, publicKey: [UInt8]) {
    guard Self.isName(name), publicKey.count == Ed25519.publicKeyBytes else { return nil }
    self.name = name
    self.kind = kind
    self.publicKey = publicKey
  }

  /// Reads a verifier key; nil when it is none, or its ID is not that of name and key.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let bytes = Base64.decode(parts[2]), let first = bytes.first,
      let kind = Kind(rawValue: first)
    else { return nil }
    self.init(name: String(parts[0]), kind: kind, publicKey: Array(bytes.dropFirst()))
    guard description == text else { return nil }
  }

  /// The first 4 bytes of SHA-256 over name, newline, kind and key.
  public var id: UInt32 {
    let digest = SHA256.hash(Array(name.utf8) + [0x0A, kind.rawValue] + publicKey)
    return digest.bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// The verifier key as text.
  public var description: String {
    "\(name)+\(idText)+\(Base64.encode([kind.rawValue] + publicKey))"
  }

  /// The ID in 8 hexadecimal digits.
  var idText: String { withUnsafeBytes(of: id.bigEndian) { Hex.encode(Array($0)) } }

  /// Not empty, without white space, plus signs and control characters.
  static func isName(_ name: some StringProtocol) -> Bool {
    !name.isEmpty && name.utf8.count <= LedgerLimits.nameBytesMax
      && !name.unicodeScalars.contains {
        $0.properties.isWhitespace || $0 == "+" || $0.value < 0x20
      }
  }

  func accepts(_ signature: [UInt8], of text: String) -> Bool {
    switch kind {
    case .note: return Ed25519.isValid(signature, for: Array(text.utf8), by: publicKey)
    case .cosignature:
      guard signature.count == 8 + Ed25519.signatureBytes else { return false }
      let time = signature.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      let message = "cosignature/v1\ntime \(time)\n" + text
      return Ed25519.isValid(
        Array(signature.dropFirst(8)), for: Array(message.utf8), by: publicKey)
    }
  }
}
