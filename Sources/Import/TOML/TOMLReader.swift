import JSON

/// Reads TOML 1.0.0 into JSON: dates become strings; `inf` and `nan`, which JSON has not, null.
/// What comes beyond the bounds is refused.
public struct TOMLReader {
  /// Bytes of a text.
  public static let bytesMax = 1 << 20
  /// Arrays and inline tables inside each other, and parts of a key.
  public static let depthMax = 32
  /// Values, and parts of keys, of a text.
  public static let valuesMax = 50_000

  var cursor: TOMLCursor
  private let root = TOMLTable(.header)
  private var current: TOMLTable
  /// The number of the header that keys stand under.
  private var section = 0
  private var values = 0

  /// The text as a JSON object.
  public static func json(of text: [UInt8]) throws(TOMLError) -> [UInt8] {
    guard text.count <= bytesMax else {
      throw TOMLError(line: 1, message: "the text has more than \(bytesMax) bytes")
    }
    guard String(validating: text, as: UTF8.self) != nil else {
      throw TOMLError(line: 1, message: "the text is not UTF-8")
    }
    var reader = TOMLReader(text)
    try reader.readDocument()
    var writer = JSONWriter(reservingCapacity: text.count)
    writer.write(.table(reader.root))
    return writer.bytes
  }

  private init(_ text: [UInt8]) {
    cursor = TOMLCursor(text)
    current = root
  }

  private mutating func readDocument() throws(TOMLError) {
    while true {
      cursor.skipBlanks()
      if try cursor.endLine() {
        if cursor.isAtEnd { return }
        continue
      }
      if cursor.take("[") {
        if cursor.take("[") { try readListHeader() } else { try readHeader() }
      } else {
        try readPair(into: current, section: section)
      }
      cursor.skipBlanks()
      guard try cursor.endLine() else { throw cursor.error("expected the end of the line") }
      if cursor.isAtEnd { return }
    }
  }

  // MARK: - Headers

  private mutating func readHeader() throws(TOMLError) {
    let path = try readKey()
    guard cursor.take("]") else { throw cursor.error("expected `]`") }
    let parent = try table(at: path.dropLast())
    let last = path[path.count - 1]
    section += 1
    switch parent[last] {
    case nil:
      let table = TOMLTable(.header)
      parent.add(last, .table(table))
      current = table
    case .table(let table):
      guard case .implied = table.origin else { throw duplicate() }
      table.origin = .header
      current = table
    default: throw duplicate()
    }
  }

  private mutating func readListHeader() throws(TOMLError) {
    let path = try readKey()
    guard cursor.take("]"), cursor.take("]") else { throw cursor.error("expected `]]`") }
    let parent = try table(at: path.dropLast())
    let last = path[path.count - 1]
    section += 1
    let table = TOMLTable(.header)
    switch parent[last] {
    case nil:
      let list = TOMLTableList()
      list.tables.append(table)
      parent.add(last, .tables(list))
    case .tables(let list): list.tables.append(table)
    default: throw duplicate()
    }
    current = table
  }

  /// The table that a header's path leads to, with those on the way made.
  private func table(at path: ArraySlice<String>) throws(TOMLError) -> TOMLTable {
    var table = root
    for key in path {
      switch table[key] {
      case nil:
        let next = TOMLTable(.implied)
        table.add(key, .table(next))
        table = next
      case .table(let next):
        if case .inline = next.origin { throw duplicate() }
        table = next
      case .tables(let list):
        guard let next = list.tables.last else { throw duplicate() }
        table = next
      default: throw duplicate()
      }
    }
    return table
  }

  private func duplicate() -> TOMLError {
    cursor.error("a key is defined twice")
  }

  // MARK: - Pairs

  /// `key = value`, where dotted keys make tables on their way.
  private mutating func readPair(
    into table: TOMLTable, section: Int, depth: Int = 0
  ) throws(TOMLError) {
    let path = try readKey()
    guard cursor.take("=") else { throw cursor.error("expected `=`") }
    cursor.skipBlanks()
    var table = table
    for key in path.dropLast() {
      switch table[key] {
      case nil:
        let next = TOMLTable(.dotted(section: section))
        table.add(key, .table(next))
        table = next
      case .table(let next):
        guard case .dotted(section) = next.origin else { throw duplicate() }
        table = next
      default: throw duplicate()
      }
    }
    let last = path[path.count - 1]
    guard table[last] == nil else { throw duplicate() }
    table.add(last, try readValue(depth: depth + 1))
  }

  /// One or more parts with dots between them, and blanks around.
  private mutating func readKey() throws(TOMLError) -> [String] {
    var path: [String] = []
    repeat {
      cursor.skipBlanks()
      try count()
      path.append(try cursor.readKeyPart())
      cursor.skipBlanks()
      guard path.count <= Self.depthMax else {
        throw cursor.error("a key has more than \(Self.depthMax) parts")
      }
    } while cursor.take(".")
    return path
  }

  // MARK: - Values

  mutating func readValue(depth: Int) throws(TOMLError) -> TOMLValue {
    try count()
    guard depth <= Self.depthMax else {
      throw cursor.error("values are nested deeper than \(Self.depthMax) levels")
    }
    switch cursor.next {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try cursor.readString())
    case UInt8(ascii: "["): return try readArray(depth)
    case UInt8(ascii: "{"): return try readInlineTable(depth)
    default: return try TOMLScalar.read(&cursor)
    }
  }

  private mutating func readArray(_ depth: Int) throws(TOMLError) -> TOMLValue {
    _ = cursor.take("[")
    var items: [TOMLValue] = []
    while true {
      try cursor.skipLines()
      if cursor.take("]") { return .array(items) }
      items.append(try readValue(depth: depth + 1))
      try cursor.skipLines()
      if cursor.take("]") { return .array(items) }
      guard cursor.take(",") else { throw cursor.error("expected `,` or `]` in a list") }
    }
  }

  private mutating func readInlineTable(_ depth: Int) throws(TOMLError) -> TOMLValue {
    _ = cursor.take("{")
    let table = TOMLTable(.inline)
    section += 1
    let own = section
    cursor.skipBlanks()
    if cursor.take("}") { return .table(table) }
    while true {
      try readPair(into: table, section: own, depth: depth)
      cursor.skipBlanks()
      if cursor.take("}") { return .table(table) }
      guard cursor.take(",") else { throw cursor.error("expected `,` or `}` in a table") }
    }
  }

  private mutating func count() throws(TOMLError) {
    values += 1
    guard values <= Self.valuesMax else {
      throw cursor.error("the text has more than \(Self.valuesMax) values")
    }
  }
}

extension JSONWriter {
  fileprivate mutating func write(_ value: TOMLValue) {
    switch value {
    case .string(let text), .date(let text): string(text)
    case .integer(let number): int(number)
    case .float(let number): double(number)
    case .bool(let value): bool(value)
    case .array(let items):
      beginArray()
      for item in items { write(item) }
      endArray()
    case .tables(let list):
      beginArray()
      for table in list.tables { write(.table(table)) }
      endArray()
    case .table(let table):
      beginObject()
      for key in table.keys {
        guard let value = table[key] else { continue }
        name(key)
        write(value)
      }
      endObject()
    }
  }
}
