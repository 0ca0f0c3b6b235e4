/// What a JSON value is.
public enum JSONKind: Sendable, Equatable {
  /// `{…}`
  case object
  /// `[…]`
  case array
  /// `"…"`
  case string
  /// A number of any spelling.
  case number
  /// `true` or `false`
  case bool
  /// `null`
  case null
}

/// A value in a document. A copy costs a reference count; any thread.
public struct JSONNode: Sendable {
  let storage: JSONStorage
  let row: Int

  @inline(__always)
  init(storage: JSONStorage, row: Int) {
    self.storage = storage
    self.row = row
  }

  @inline(__always) var entry: JSONEntry { storage.row(row) }

  /// The document it stands in.
  public var document: JSONDocument { JSONDocument(storage: storage) }

  /// What it is.
  public var kind: JSONKind {
    switch entry.kind {
    case .object: .object
    case .array: .array
    case .string: .string
    case .number: .number
    case .true, .false: .bool
    case .null: .null
    }
  }

  /// Whether it is `null`.
  public var isNull: Bool { entry.has(.null) }

  /// The number of elements or members; 0 for a scalar.
  public var count: Int { entry.count }

  /// Where it stands in the document's bytes.
  public var rawRange: Range<Int> {
    let entry = self.entry
    return Int(entry.start)..<Int(entry.end)
  }

  /// Exactly as it came.
  public var raw: ArraySlice<UInt8> { storage.bytes[rawRange] }
}

extension JSONDocument {
  init(storage: JSONStorage) { self.storage = storage }
}

extension JSONNode: CustomStringConvertible {
  /// The text as it came.
  public var description: String { String(decoding: raw, as: UTF8.self) }
}
