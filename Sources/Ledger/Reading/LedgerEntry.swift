public import JSON

/// One record as it was read.
public struct LedgerEntry: Sendable {
  /// Its place in the ledger.
  public let position: LedgerPosition
  /// The record's JSON, byte for byte as it was stored.
  public let payload: [UInt8]
  /// The same, parsed.
  public let document: JSONDocument

  init(
    _ payload: [UInt8], sequence: UInt64, file: String, offset: Int
  ) throws(LedgerError) {
    position = LedgerPosition(sequence: sequence)
    self.payload = payload
    do throws(JSONError) {
      document = try JSONDocument(parsing: payload)
    } catch {
      throw .corrupt(file: file, offset: offset, .record)
    }
    guard document.root.kind == .object else {
      throw .corrupt(file: file, offset: offset, .record)
    }
  }

  /// The record with its sequence as the first member, `seq`, for printing: one line without an
  /// end. Arguments that came in several lines have spaces in place of the ends of lines.
  public var line: [UInt8] {
    var line = Array("{\"seq\":\(position.sequence)".utf8)
    line.reserveCapacity(line.count + payload.count)
    let rest = payload.dropFirst()
    if rest.first != UInt8(ascii: "}") { line.append(UInt8(ascii: ",")) }
    // Outside of strings, where they are white space: in strings they are escaped.
    line.append(contentsOf: rest.lazy.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
    return line
  }

  /// A member of the record that is a text.
  public func text(_ member: String) -> String? {
    document.root[member: member]?.string
  }
}
