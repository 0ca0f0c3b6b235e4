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
