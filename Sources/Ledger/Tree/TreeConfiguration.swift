/// How the tree over the records is kept and signed.
public struct TreeConfiguration: Sendable, Equatable {
  /// How long records may wait for a checkpoint, in milliseconds. Until a checkpoint over them has
  /// left the machine, whoever can write the files can change records unnoticed.
  public var interval: Int64
  /// What checkpoints and the key are named by: a URL without its scheme. Nil makes one of the
  /// ledger's identity. Fixed once the key exists.
  public var origin: String?
  /// The file of the private key; nil puts `log.key` into the ledger's directory.
  public var keyFile: String?

  /// A checkpoint every 5 s while records come, unless told otherwise.
  public init(interval: Int64 = 5_000, origin: String? = nil, keyFile: String? = nil) {
    self.interval = interval
    self.origin = origin
    self.keyFile = keyFile
  }
}
