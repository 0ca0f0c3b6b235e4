public import Crypto

/// A tree's size and root, as a log signs it (C2SP tlog-checkpoint).
public struct Checkpoint: Sendable, Equatable {
  /// Which log.
  public var origin: String
  /// Leaves.
  public var size: UInt64
  /// The root over them.
  public var root: SHA256Digest

  /// A checkpoint that is not signed yet.
  public init(origin: String, size: UInt64, root: SHA256Digest) {
    self.origin = origin
    self.size = size
    self.root = root
  }

  /// Reads the text of a note; nil when it is no checkpoint. Extension lines are refused: this
  /// ledger writes none.
  public init?(text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 4, lines[3].isEmpty, !lines[0].isEmpty, let size = UInt64(lines[1]),
      String(size) == lines[1], let bytes = Base64.decode(lines[2]),
      let root = SHA256Digest(bytes: bytes)
    else { return nil }
    self.init(origin: String(lines[0]), size: size, root: root)
  }

  /// The text that is signed.
  public var text: String {
    "\(origin)\n\(size)\n\(Base64.encode(root.bytes))\n"
  }
}
