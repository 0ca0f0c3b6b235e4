internal import Crypto

/// A text with signatures (C2SP signed-note).
///
/// ```
/// text, which ends with a newline
///
/// — name base64(key ID ‖ signature)
/// ```
public struct SignedNote: Sendable, Equatable {
  /// What is signed; ends with a newline.
  public var text: String
  /// The signatures, in their order.
  public var signatures: [Signature]

  /// One line of signature.
  public struct Signature: Sendable, Equatable {
    /// The key's name.
    public var name: String
    /// The first 4 bytes of a digest of name and key.
    public var keyID: UInt32
    /// The signature's bytes, of a kind that the key knows.
    public var bytes: [UInt8]
  }

  /// Bytes of a note that is read.
  static let bytesMax = LedgerLimits.checkpointBytesMax
  static let signaturesMax = 64
  private static let dash = "\u{2014} "

  /// A text that nobody signed yet.
  public init(text: String, signatures: [Signature] = []) {
    self.text = text
    self.signatures = signatures
  }

  /// Reads a note; nil when it is malformed: control characters, no blank line before the
  /// signatures, a signature that is not one, no end of line at its end.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count <= Self.bytesMax, let note = String(validating: bytes, as: UTF8.self),
      bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }), !bytes.contains(0x7F)
    else { return nil }
    guard let gap = bytes.lastDoubleNewline else { return nil }
    text = String(decoding: bytes[...gap], as: UTF8.self)
    var lines = note.utf8.dropFirst(gap + 2).split(
      separator: 0x0A, omittingEmptySubsequences: false)
    guard lines.popLast()?.isEmpty == true, !lines.isEmpty, lines.count <= Self.signaturesMax
    else { return nil }
    var signatures: [Signature] = []
    for line in lines {
      guard let signature = Signature(Substring(line)) else { return nil }
      signatures.append(signature)
    }
    self.signatures = signatures
  }

  /// The note as it is stored and served.
  public var bytes: [UInt8] {
    var note = text + "\n"
    for signature in signatures { note += signature.line + "\n" }
    return Array(note.utf8)
  }

  /// Whether `key` signed it. False as well when one of several signatures in its name is wrong:
  /// such a note is malformed.
  public func isSigned(by key: NoteKey) -> Bool {
    let own = signatures.filter { $0.isBy(key) }
    return !own.isEmpty && own.allSatisfy { key.accepts($0.bytes, of: text) }
  }
}

extension SignedNote.Signature {
  fileprivate init?(_ line: Substring) {
    let dash = "\u{2014} "
    guard line.hasPrefix(dash) else { return nil }
    let words = line.dropFirst(2).split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 2, NoteKey.isName(words[0]), let bytes = Base64.decode(words[1]),
      bytes.count > 4
    else { return nil }
    name = String(words[0])
    keyID = bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    self.bytes = Array(bytes.dropFirst(4))
  }

  /// The line, without its end.
  var line: String {
    let id = withUnsafeBytes(of: keyID.bigEndian) { Array($0) }
    return "\u{2014} \(name) \(Base64.encode(id + bytes))"
  }

  func isBy(_ key: NoteKey) -> Bool { name == key.name && keyID == key.id }
}

extension [UInt8] {
  /// Where the last blank line begins: the index of the newline before it.
  fileprivate var lastDoubleNewline: Int? {
    var index = count - 2
    while index >= 0 {
      if self[index] == 0x0A, self[index + 1] == 0x0A { return index }
      index -= 1
    }
    return nil
  }
}
