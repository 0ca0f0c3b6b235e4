internal import Crypto

/// A key that signs notes: a verifier key with its private part.
struct NoteSigner: Sendable {
  let key: NoteKey
  private let privateKey: Ed25519PrivateKey

  /// A new key; nil for a name that is none.
  init?(name: String) throws(SigningError) {
    privateKey = try Ed25519PrivateKey()
    guard let key = NoteKey(name: name, publicKey: privateKey.publicKey) else { return nil }
    self.key = key
  }

  func sign(_ text: String) throws(SigningError) -> SignedNote.Signature {
    SignedNote.Signature(
      name: key.name, keyID: key.id, bytes: try privateKey.sign(Array(text.utf8)))
  }
}

extension NoteSigner {
  /// As it is kept: `PRIVATE+KEY+name+ID+base64(kind ‖ seed)`, and the verifier key in a second
  /// line.
  var text: String {
    "\(Self.opening(key))\(Base64.encode([key.kind.rawValue] + privateKey.seed))\n\(key)\n"
  }

  /// Reads what `text` gave; nil when it is not that.
  init?(text: String) {
    let lines = text.split(separator: "\n")
    guard lines.count == 2, let key = NoteKey(lines[1]), key.kind == .note,
      lines[0].hasPrefix(Self.opening(key)),
      let bytes = Base64.decode(lines[0].dropFirst(Self.opening(key).count)),
      bytes.first == NoteKey.Kind.note.rawValue,
      let privateKey = try? Ed25519PrivateKey(
        seed: Array(bytes.dropFirst()), publicKey: key.publicKey)
    else { return nil }
    self.key = key
    self.privateKey = privateKey
  }

  private static func opening(_ key: NoteKey) -> String { "PRIVATE+KEY+\(key.name)+\(key.idText)+" }
}
