/// What is known of a value before there is a request.
enum CheckedType: Sendable, Hashable {
  case bool(Truth)
  case long
  case string
  case entity(EntityType)
  /// An entity of one of these types, at least two. Only in permissive mode.
  case oneOf(Set<EntityType>)
  /// A set of such values; nil for the empty set literal, which fits every set.
  indirect case set(CheckedType?)
  case record(RecordShape)
  case `extension`(ExtensionType)

  static let either = CheckedType.bool(.either)
}

/// What is known of a Boolean.
enum Truth: Sendable, Hashable {
  case always, never, either

  init(_ value: Bool) { self = value ? .always : .never }

  var negated: Truth {
    switch self {
    case .always: .never
    case .never: .always
    case .either: .either
    }
  }

  /// What `self && other` is.
  func and(_ other: Truth) -> Truth {
    if self == .never || other == .never { return .never }
    return self == .always ? other : self == other || other == .always ? self : .either
  }
}

/// The members that a record can have.
struct RecordShape: Sendable, Hashable {
  struct Member: Sendable, Hashable {
    let type: CheckedType
    let isRequired: Bool
  }

  let members: [AttributeName: Member]
  /// Whether there may be members that are not listed: what two different records have in common.
  /// Only in permissive mode.
  var isOpen = false
}

extension CheckedType {
  init(_ type: ValueType) {
    switch type {
    case .bool: self = .either
    case .long: self = .long
    case .string: self = .string
    case .entity(let type): self = .entity(type)
    case .set(let element): self = .set(CheckedType(element))
    case .record(let record): self = .record(RecordShape(record))
    case .extension(let type): self = .extension(type)
    }
  }

  /// The types of which an entity of this type can be; nil for what is no entity.
  var entityTypes: Set<EntityType>? {
    switch self {
    case .entity(let type): [type]
    case .oneOf(let types): types
    default: nil
    }
  }
}

extension RecordShape {
  init(_ type: RecordType) {
    members = type.attributes.mapValues {
      Member(type: CheckedType($0.type), isRequired: $0.isRequired)
    }
  }
}
