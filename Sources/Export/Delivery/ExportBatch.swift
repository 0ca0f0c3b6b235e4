internal import Crypto

/// A record in its exported form.
public struct ExportItem: Sendable, Equatable {
  /// The record's place in the ledger.
  public var sequence: UInt64
  /// The hash of the record's leaf, in hexadecimal digits.
  public var leafHash: String
  /// The exported form, without a line's end.
  public var bytes: [UInt8]

  /// An item of its parts.
  public init(sequence: UInt64, leafHash: String, bytes: [UInt8]) {
    self.sequence = sequence
    self.leafHash = leafHash
    self.bytes = bytes
  }

  init(_ record: ExportedRecord, bytes: [UInt8]) {
    self.init(sequence: record.sequence, leafHash: record.leafHash.hex, bytes: bytes)
  }
}

/// Records that are delivered together, in order; never empty when it is sent.
public struct ExportBatch: Sendable, Equatable {
  /// The items by rising sequence.
  public private(set) var items: [ExportItem] = []
  /// Bytes of all items.
  public private(set) var byteCount = 0

  /// A batch of items in order.
  public init(_ items: [ExportItem] = []) {
    for item in items { append(item) }
  }

  mutating func append(_ item: ExportItem) {
    precondition(items.last.map { $0.sequence < item.sequence } ?? true, "items come in order")
    items.append(item)
    byteCount += item.bytes.count
  }
}

/// How much is delivered at once.
public struct BatchLimits: Sendable, Equatable {
  /// Records of a batch.
  public var records: Int
  /// Bytes of a batch; a larger record goes alone.
  public var bytes: Int

  /// 500 records and 1 MiB unless given.
  public init(records: Int = 500, bytes: Int = 1 << 20) {
    self.records = max(1, records)
    self.bytes = bytes
  }

  func allow(_ item: ExportItem, in batch: ExportBatch) -> Bool {
    batch.items.isEmpty
      || batch.items.count < records && batch.byteCount + item.bytes.count <= bytes
  }

  func isFull(_ batch: ExportBatch) -> Bool {
    batch.items.count >= records || batch.byteCount >= bytes
  }
}
