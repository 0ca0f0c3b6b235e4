/// A table of a TOML text. Its keys stand in the order in which they came.
final class TOMLTable {
  /// How a table came to be, which says whether more may be put into it.
  enum Origin {
    /// On the way to another table's header: its own header may still come.
    case implied
    /// By its header.
    case header
    /// By dotted keys, in the table whose number this is: more of them may follow there.
    case dotted(section: Int)
    /// In braces: it is whole.
    case inline
  }

  var origin: Origin
  private(set) var keys: [String] = []
  private var values: [String: TOMLValue] = [:]

  init(_ origin: Origin) { self.origin = origin }

  subscript(key: String) -> TOMLValue? { values[key] }

  /// Adds a key that is not there.
  func add(_ key: String, _ value: TOMLValue) {
    keys.append(key)
    values[key] = value
  }
}

/// Tables under one name, `[[name]]`.
final class TOMLTableList {
  var tables: [TOMLTable] = []
}

/// A value of a TOML text.
enum TOMLValue {
  case string(String)
  case integer(Int64)
  case float(Double)
  case bool(Bool)
  /// A date, a time or both, as it is spelled.
  case date(String)
  case array([TOMLValue])
  case table(TOMLTable)
  case tables(TOMLTableList)
}
