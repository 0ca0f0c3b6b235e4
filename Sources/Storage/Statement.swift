import CSQLite

/// A prepared statement. Parameters and columns are counted from 0.
public final class Statement {
  private let handle: OpaquePointer
  private let sql: String
  private let path: String

  init(_ handle: OpaquePointer, sql: String, path: String) {
    self.handle = handle
    self.sql = sql
    self.path = path
  }

  deinit { sqlite3_finalize(handle) }

  /// Gives values to all parameters.
  public func bind(_ values: [SQLValue]) throws(StorageError) {
    guard values.count == Int(sqlite3_bind_parameter_count(handle)) else {
      throw error(SQLITE_RANGE)
    }
    for (index, value) in values.enumerated() {
      switch value {
      case .null: try bindNull(index)
      case .integer(let number): try bind(index, number)
      case .text(let text): try bind(index, text: text)
      case .blob(let bytes): try bind(index, copying: bytes)
      }
    }
  }

  /// A number.
  public func bind(_ index: Int, _ number: Int64) throws(StorageError) {
    try check(sqlite3_bind_int64(handle, Int32(index + 1), number))
  }

  /// A number, or null.
  public func bind(_ index: Int, _ number: Int64?) throws(StorageError) {
    if let number { try bind(index, number) } else { try bindNull(index) }
  }

  /// Null.
  public func bindNull(_ index: Int) throws(StorageError) {
    try check(sqlite3_bind_null(handle, Int32(index + 1)))
  }

  /// A text.
  public func bind(_ index: Int, text: String) throws(StorageError) {
    var text = text
    let code = text.withUTF8 {
      sqlite3_bind_text64(
        handle, Int32(index + 1),
        UnsafeRawPointer($0.baseAddress ?? Self.nothing)
          .assumingMemoryBound(to: CChar.self), UInt64($0.count), Self.transient,
        UInt8(SQLITE_UTF8))
    }
    try check(code)
  }

  /// Bytes, copied.
  public func bind(_ index: Int, copying bytes: [UInt8]) throws(StorageError) {
    let code = bytes.withUnsafeBytes {
      sqlite3_bind_blob64(
        handle, Int32(index + 1), $0.baseAddress ?? UnsafeRawPointer(Self.nothing),
        UInt64($0.count), Self.transient)
    }
    try check(code)
  }

  /// Bytes that stay as they are until the statement was reset, or has another value here.
  public func bind(
    _ index: Int, borrowing bytes: UnsafeRawBufferPointer
  ) throws(StorageError) {
    try check(
      sqlite3_bind_blob64(
        handle, Int32(index + 1), bytes.baseAddress ?? UnsafeRawPointer(Self.nothing),
        UInt64(bytes.count), nil))
  }

  /// Goes to the next row; false when there is none.
  public func step() throws(StorageError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code:
      let failure = error(code)
      reset()
      throw failure
    }
  }

  /// Runs it to its end, and makes it ready to run again with the values it has.
  public func run() throws(StorageError) {
    while try step() {}
    reset()
  }

  /// Makes it ready to run again.
  public func reset() { sqlite3_reset(handle) }

  /// The row it stands on, until the next `step` or `reset`.
  public var row: Row { Row(handle) }

  private func check(_ code: Int32) throws(StorageError) {
    guard code == SQLITE_OK else { throw error(code) }
  }

  private func error(_ code: Int32) -> StorageError {
    let message =
      code == SQLITE_RANGE
      ? "wrong count of values" : String(cString: sqlite3_errmsg(sqlite3_db_handle(handle)))
    return StorageError(code, message, path: path, statement: sql)
  }

  /// Tells SQLite to copy what it is given.
  private static var transient: sqlite3_destructor_type {
    unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }

  /// An address for what is empty: none at all would mean null.
  private static var nothing: UnsafePointer<UInt8> { StaticString("").utf8Start }
}

/// A row of a query, read by column. Columns of another type read as SQLite converts them, null as
/// 0 or nothing.
public struct Row {
  private let handle: OpaquePointer

  init(_ handle: OpaquePointer) { self.handle = handle }

  /// Whether the column is null.
  public func isNull(_ column: Int) -> Bool {
    sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL
  }

  /// A number.
  public func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }

  /// A number, or nil for null.
  public func integerIfAny(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }

  /// A floating-point number.
  public func double(_ column: Int) -> Double { sqlite3_column_double(handle, Int32(column)) }

  /// A text.
  public func text(_ column: Int) -> String {
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    guard let text = sqlite3_column_text(handle, Int32(column)) else { return "" }
    return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
  }

  /// A text, or nil for null.
  public func textIfAny(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

  /// Bytes, lent for the time of `body`.
  public func withBlob<T>(_ column: Int, _ body: (UnsafeRawBufferPointer) -> T) -> T {
    let start = sqlite3_column_blob(handle, Int32(column))
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    return body(UnsafeRawBufferPointer(start: start, count: count))
  }

  /// Bytes.
  public func blob(_ column: Int) -> [UInt8] { withBlob(column) { Array($0) } }
}
