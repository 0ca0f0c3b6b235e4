/// A schema as it was written, in either syntax: namespaces, common types, annotations and names
/// as they stand, nothing resolved. It is read from one syntax and written in the other without
/// loss but for comments, layout and the grouping of declarations.
public struct SchemaSyntax: Sendable {
  var namespaces: [NamespaceSyntax]
}

/// The declarations of one namespace.
struct NamespaceSyntax: Sendable {
  /// Empty for what stands in no namespace.
  let name: String
  let origin: Origin
  var annotations: [AnnotationSyntax] = []
  var commonTypes: [CommonTypeSyntax] = []
  var entityTypes: [EntityTypeSyntax] = []
  var actions: [ActionSyntax] = []
}

/// `@key` or `@key("value")`.
struct AnnotationSyntax: Sendable {
  let key: String
  /// Nil when none was written, which means the same as an empty one.
  let value: String?
}

/// A name that refers to a type.
struct NameSyntax: Sendable {
  let text: String
  let origin: Origin
}

/// `type T = …;`
struct CommonTypeSyntax: Sendable {
  let name: String
  let origin: Origin
  let annotations: [AnnotationSyntax]
  let type: TypeSyntax
}

/// `entity E …;`
struct EntityTypeSyntax: Sendable {
  let name: String
  let origin: Origin
  let annotations: [AnnotationSyntax]
  var parents: [NameSyntax] = []
  var shape: TypeSyntax?
  var tags: TypeSyntax?
  /// The ids of an enumerated type, which has none of the others.
  var ids: [String]?
}

/// `action a …;`
struct ActionSyntax: Sendable {
  struct Parent: Sendable {
    /// Nil when only the id was written.
    let type: NameSyntax?
    let id: String
    let origin: Origin
  }

  struct AppliesTo: Sendable {
    let principals: [NameSyntax]
    let resources: [NameSyntax]
    let context: TypeSyntax?
  }

  let id: String
  let origin: Origin
  let annotations: [AnnotationSyntax]
  var parents: [Parent] = []
  var appliesTo: AppliesTo?
}

/// A type as it was written.
indirect enum TypeSyntax: Sendable {
  /// A name that means a common type, an entity type or a type that comes with the language, the
  /// first of these that there is.
  case named(NameSyntax)
  /// A name that can only mean an entity type; the JSON syntax says so.
  case entity(NameSyntax)
  /// A name that cannot mean an entity type.
  case common(NameSyntax)
  /// A type that comes with the language, whatever else has its name; the JSON syntax says so.
  case builtin(BuiltinType)
  case set(TypeSyntax)
  case record([AttributeSyntax], Origin)

  /// Where the type was written, if that is known.
  var origin: Origin {
    switch self {
    case .named(let name), .entity(let name), .common(let name): name.origin
    case .record(_, let origin): origin
    case .set(let element): element.origin
    case .builtin: .none
    }
  }
}

/// A member of a record.
struct AttributeSyntax: Sendable {
  let name: String
  let origin: Origin
  let annotations: [AnnotationSyntax]
  let isRequired: Bool
  let type: TypeSyntax
}

/// The types that come with the language and that a name can mean.
enum BuiltinType: String, Sendable, CaseIterable {
  case long = "Long"
  case string = "String"
  case bool = "Bool"
  case decimal, ipaddr, datetime, duration

  var type: ValueType {
    switch self {
    case .long: .long
    case .string: .string
    case .bool: .bool
    case .decimal: .extension(.decimal)
    case .ipaddr: .extension(.ipaddr)
    case .datetime: .extension(.datetime)
    case .duration: .extension(.duration)
    }
  }

  init(_ type: ExtensionType) {
    switch type {
    case .decimal: self = .decimal
    case .ipaddr: self = .ipaddr
    case .datetime: self = .datetime
    case .duration: self = .duration
    }
  }
}

/// The rules of names in schemas.
enum SchemaName {
  /// The namespace of the types that come with the language.
  static let builtinNamespace = "__cedar"

  /// Names that no common type can have: the JSON syntax could not tell them from its own.
  static let reservedForTypes: Set<String> = [
    "Bool", "Boolean", "Entity", "Extension", "Long", "Record", "Set", "String",
  ]

  static func joined(_ namespace: String, _ name: String) -> String {
    namespace.isEmpty ? name : "\(namespace)::\(name)"
  }

  /// The type of the actions of a namespace.
  static func actionType(_ namespace: String) -> String { joined(namespace, "Action") }

  /// Whether `text` can be written as one name without quotes.
  static func isIdentifier(_ text: String) -> Bool {
    guard isWord(text) else { return false }
    return !Lexer.reservedWords.contains { word in
      word.utf8CodeUnitCount == text.utf8.count
        && word.withUTF8Buffer { $0.elementsEqual(text.utf8) }
    }
  }

  /// Whether `text` has the form of a name; it may be a reserved word.
  static func isWord(_ text: String) -> Bool {
    guard let first = text.utf8.first, !isDigit(first) else { return false }
    return text.utf8.allSatisfy { byte in
      byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
        || isDigit(byte) || byte == UInt8(ascii: "_")
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  /// The parts of a name, or nil when it is not one.
  static func segments(_ text: String) -> [String]? {
    var segments: [String] = []
    var rest = text.utf8[...]
    while true {
      let segment = rest.prefix { $0 != UInt8(ascii: ":") }
      let name = String(decoding: segment, as: UTF8.self)
      guard isIdentifier(name) else { return nil }
      segments.append(name)
      rest = rest[segment.endIndex...]
      if rest.isEmpty { return segments }
      guard rest.starts(with: "::".utf8) else { return nil }
      rest = rest.dropFirst(2)
    }
  }

  /// Whether `text` can name a namespace or a type: identifiers, none of them `__cedar`.
  static func isDeclarable(_ text: String) -> Bool {
    segments(text)?.contains(builtinNamespace) == false
  }
}
