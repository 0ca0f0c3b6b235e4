extension ValueType {
  /// The kind of its values.
  var kind: ValueKind {
    switch self {
    case .bool: .bool
    case .long: .long
    case .string: .string
    case .entity: .entity
    case .set: .set
    case .record: .record
    case .extension(.decimal): .decimal
    case .extension(.ipaddr): .ipaddr
    case .extension(.datetime): .datetime
    case .extension(.duration): .duration
    }
  }

  /// What to do about a value of another type.
  func help(for value: Value) -> String? {
    switch (self, value) {
    case (.bool, .string), (.long, .string): "leave the quotes away"
    case (.string, .bool), (.string, .long): "put it between quotes"
    case (.set, _): "a set stands in brackets: […]"
    case (.entity(let type), .string), (.entity(let type), .record):
      #"write {"type": "\#(type.name)", "id": …}"#
    case (.extension(let type), _): "write a string such as \"\(type.example)\""
    default: nil
    }
  }
}

extension Value {
  /// The value for a message, shortened.
  var shown: String {
    switch self {
    case .bool(let value): value ? "true" : "false"
    case .long(let value): "the long \(value)"
    case .string(let text): "the string \(Quoting.quote(DataReader.shown(text)))"
    case .entity(let uid): "the entity \(uid.shown)"
    case .set: "a set"
    case .record: "a record"
    case .extension(let value): "\(kind.withArticle) `\(value)`"
    }
  }
}

extension EntityUID {
  /// The id for a message, shortened.
  var shownID: String { DataReader.shown(id) }

  /// The identity for a message, shortened.
  var shown: String { "\(DataReader.shown(type.name))::\(Quoting.quote(shownID))" }
}
