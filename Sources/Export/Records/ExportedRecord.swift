public import Crypto
public import JSON
public import Ledger

/// A record on its way out of the ledger.
public struct ExportedRecord: Sendable {
  /// Its place in the ledger.
  public let sequence: UInt64
  /// The record's JSON, byte for byte as it is stored.
  public let json: [UInt8]
  /// The same, parsed.
  public let document: JSONDocument

  /// A record as it was read.
  public init(_ entry: LedgerEntry) {
    sequence = entry.position.sequence
    json = entry.json
    document = entry.document
  }

  /// A record from its bytes.
  public init(sequence: UInt64, json: [UInt8]) throws(JSONError) {
    self.sequence = sequence
    self.json = json
    document = try JSONDocument(parsing: json)
  }

  /// The hash of the record's leaf in the Merkle tree: SHA-256 of a zero byte and the record's
  /// bytes.
  ///
  /// Source: RFC 9162 section 2.1.1.
  public var leafHash: SHA256Digest {
    var hasher = SHA256()
    hasher.update([0])
    hasher.update(json)
    return hasher.finalize()
  }
}

extension ExportedRecord {
  var root: JSONNode { document.root }

  func text(_ member: StaticString) -> String? { root[member: member]?.string }

  func integer(_ member: StaticString) -> Int64? { root[member: member]?.int64 }

  func texts(_ member: StaticString) -> [String] {
    root[member: member]?.elements.compactMap(\.string) ?? []
  }

  var kind: String { text("kind") ?? "unknown" }

  /// What happened in one word of the record's own: the decision, the status, the event.
  var word: String? {
    for member: StaticString in ["decision", "status", "refusal", "event", "of"] {
      if let word = text(member) { return word }
    }
    return nil
  }

  /// Kind and word, for example `decision.deny`.
  var eventCode: String { word.map { "\(kind).\($0)" } ?? kind }

  /// The tool's public name; nil without a tool.
  var publicTool: String? {
    guard let tool = text("tool") else { return nil }
    return text("server").map { "\($0)__\(tool)" } ?? tool
  }

  var time: RecordTime? { integer("time").flatMap { RecordTime(microseconds: $0) } }

  /// The record's JSON in one line.
  var line: [UInt8] {
    // Outside of strings, where they are white space: in strings they are escaped.
    json.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
  }
}
