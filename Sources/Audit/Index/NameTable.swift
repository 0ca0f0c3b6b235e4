import JSON
import Storage

/// Texts that repeat, each stored once: the numbers of the table `names`.
struct NameTable {
  /// The numbers of texts that queries ask for, in the order of `Known.allCases`, from 1.
  enum Known: String, CaseIterable {
    case allow, deny, ask, read, write, destructive

    /// Its number in every index.
    var id: Int64 { Int64(Self.allCases.firstIndex(of: self) ?? 0) + 1 }
  }

  private let find: Statement
  private let add: Statement
  private let database: Database
  private var known = ByteMap<Int64>()

  init(_ database: Database) throws(StorageError) {
    self.database = database
    find = try database.prepare("SELECT id FROM names WHERE text = ?")
    add = try database.prepare("INSERT INTO names(text) VALUES (?)")
  }

  /// Forgets the numbers, since the table may have others now.
  mutating func forget() { known.removeAll() }

  /// The number of a text member; nil when it is missing or no text.
  mutating func id(_ node: JSONNode?) throws(StorageError) -> Int64? {
    guard let node, node.kind == .string else { return nil }
    if let plain = node.stringSlice {
      if let id = plain.withUnsafeBytes({ known[$0] }) { return id }
      let id = try stored(String(decoding: plain, as: UTF8.self))
      plain.withUnsafeBytes { known.insert($0, id) }
      return id
    }
    return try id(text: node.string ?? "")
  }

  /// The number of a text.
  mutating func id(text: String) throws(StorageError) -> Int64 {
    var text = text
    if let id = text.withUTF8({ known[UnsafeRawBufferPointer($0)] }) { return id }
    let id = try stored(text)
    text.withUTF8 { known.insert(UnsafeRawBufferPointer($0), id) }
    return id
  }

  private func stored(_ text: String) throws(StorageError) -> Int64 {
    defer { find.reset() }
    try find.bind(0, text: text)
    if try find.step() { return find.row.integer(0) }
    try add.bind(0, text: text)
    try add.run()
    return database.lastInserted
  }
}
