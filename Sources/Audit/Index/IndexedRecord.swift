public import JSON
import Crypto

/// A record as the index takes it: its place in the ledger and its JSON.
public struct IndexedRecord: Sendable {
  /// Its place.
  public let sequence: Int64
  /// The record.
  public let node: JSONNode

  /// A record at a place.
  public init(sequence: Int64, node: JSONNode) {
    self.sequence = max(0, min(sequence, IndexState.integerMax))
    self.node = node
  }

  /// SHA-256 over its JSON, to know it again.
  var digest: [UInt8] {
    var digest = SHA256()
    digest.update(Array(node.raw))
    return digest.finalize().bytes
  }
}
