internal import JSON

/// How far an export came: what `--resume` keeps.
public struct ExportPosition: Sendable, Equatable {
  /// The ledger's identity.
  public var ledger: String
  /// The format.
  public var format: String
  /// Where to: a position belongs to one destination.
  public var destination: String
  /// The last record that was delivered.
  public var sequence: UInt64
  /// The hash of its leaf: going on after another record than this one would leave a gap.
  public var leafHash: String
  /// Of an output file: its bytes when the record was in it.
  public var outputBytes: Int?

  /// A position of its parts.
  public init(
    ledger: String, format: String, destination: String, sequence: UInt64, leafHash: String,
    outputBytes: Int? = nil
  ) {
    self.ledger = ledger
    self.format = format
    self.destination = destination
    self.sequence = sequence
    self.leafHash = leafHash
    self.outputBytes = outputBytes
  }

  /// The file's content.
  var text: [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("destination", destination)
    writer.member("format", format)
    writer.member("leaf_hash", leafHash)
    writer.member("ledger", ledger)
    writer.member("output_bytes", outputBytes)
    writer.member("seq", sequence)
    writer.endObject()
    return writer.bytes + [0x0A]
  }

  /// Nil for what is no position.
  init?(text: [UInt8]) {
    guard let root = try? JSONDocument(parsing: text).root,
      let ledger = root[member: "ledger"]?.string, let format = root[member: "format"]?.string,
      let destination = root[member: "destination"]?.string,
      let leafHash = root[member: "leaf_hash"]?.string,
      let sequence = root[member: "seq"]?.int64.flatMap(UInt64.init(exactly:))
    else { return nil }
    self.init(
      ledger: ledger, format: format, destination: destination, sequence: sequence,
      leafHash: leafHash, outputBytes: root[member: "output_bytes"]?.int64.map(Int.init))
  }
}
