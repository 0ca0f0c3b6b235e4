/// A parsed and validated JSON text: the bytes as they came, and a compact table of its nodes.
///
/// Immutable; a copy shares the storage. Any thread.
public struct JSONDocument: Sendable {
  let storage: JSONStorage

  /// Reads a text (RFC 8259, and I-JSON's rules of RFC 7493 on duplicate names and surrogates).
  ///
  /// Cost: one pass without recursion; the table has 16 bytes a node.
  /// - Throws: for invalid UTF-8, a grammar error, a name that stands twice in one object (compared
  ///   after unescaping), lone surrogates unless the limits allow them, anything but whitespace
  ///   after the value, and whatever exceeds the limits.
  public init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
    let rows: Result<UnsafeMutablePointer<JSONEntry>, JSONError> =
      bytes.withUnsafeBufferPointer { text in
        do throws(JSONError) {
          guard let base = text.baseAddress, !text.isEmpty else {
            throw JSONError(.unexpectedEnd(expected: "a value"), at: 0, in: text)
          }
          var parser = JSONParser(text: text, base: base, limits: limits)
          try parser.parse()
          return .success(parser.finish())
        } catch {
          return .failure(error)
        }
      }
    storage = JSONStorage(bytes: bytes, rows: try rows.get())
  }

  /// The text, exactly as it came.
  public var bytes: [UInt8] { storage.bytes }

  /// The one value of the text.
  public var root: JSONNode { JSONNode(storage: storage, row: 0) }
}

/// What a document and its nodes share. Immutable after `init`, hence Sendable.
final class JSONStorage: @unchecked Sendable {
  let bytes: [UInt8]
  private let rows: UnsafeMutablePointer<JSONEntry>

  /// Takes over the rows.
  init(bytes: [UInt8], rows: UnsafeMutablePointer<JSONEntry>) {
    self.bytes = bytes
    self.rows = rows
  }

  deinit { rows.deallocate() }

  @inline(__always)
  func row(_ index: Int) -> JSONEntry { rows[index] }

  /// Lends the text and the table.
  @inline(__always)
  func withView<Result, Failure>(
    _ body: (JSONView) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try bytes.withUnsafeBufferPointer { text throws(Failure) -> Result in
      guard let base = text.baseAddress else { preconditionFailure("a document is never empty") }
      return try body(JSONView(base: base, rows: rows))
    }
  }
}

/// A document's text and table, borrowed within `withView`.
struct JSONView {
  let base: UnsafePointer<UInt8>
  let rows: UnsafeMutablePointer<JSONEntry>

  @inline(__always)
  subscript(row: Int) -> JSONEntry { rows[row] }

  /// What stands between the quotes.
  @inline(__always)
  func content(_ entry: JSONEntry) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(
      start: base + Int(entry.start) + 1, count: Int(entry.end &- entry.start) &- 2)
  }

  /// Whether the string, without its escapes, is `text`.
  @inline(__always)
  func string(_ entry: JSONEntry, equals text: UnsafeBufferPointer<UInt8>) -> Bool {
    let content = self.content(entry)
    if entry.detail { return Unescaping.equal(content, text) }
    guard content.count == text.count else { return false }
    guard let left = content.baseAddress, let right = text.baseAddress else { return true }
    return Words.equal(left, right, count: text.count)
  }

  /// The row of the member's value.
  @inline(__always)
  func member(_ name: UnsafeBufferPointer<UInt8>, of object: Int) -> Int? {
    var row = object &+ 1
    let end = Int(rows[object].next)
    while row < end {
      if string(rows[row], equals: name) { return row &+ 1 }
      row = Int(rows[row &+ 1].next)
    }
    return nil
  }

  /// The string without its escapes.
  func string(_ entry: JSONEntry) -> String {
    let content = self.content(entry)
    return entry.detail
      ? String(decoding: Unescaping.bytes(of: content), as: UTF8.self)
      : String(decoding: content, as: UTF8.self)
  }

  @inline(__always)
  func raw(_ entry: JSONEntry) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: base + Int(entry.start), count: Int(entry.end &- entry.start))
  }
}
