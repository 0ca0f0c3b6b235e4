/// The type of a value, all names resolved.
public indirect enum ValueType: Sendable, Hashable {
  /// `Bool`
  case bool
  /// `Long`
  case long
  /// `String`
  case string
  /// An entity of a declared type.
  case entity(EntityType)
  /// `Set<…>`
  case set(ValueType)
  /// `{ … }`
  case record(RecordType)
  /// A type of an extension.
  case `extension`(ExtensionType)
}

/// The types that come with Cedar's extensions.
public enum ExtensionType: String, Sendable, Hashable, CaseIterable {
  /// A fixed-point number with four digits.
  case decimal
  /// An IP address or a range of them.
  case ipaddr
  /// A moment in time.
  case datetime
  /// A span of time.
  case duration
}

/// The members of a record, of an entity or of a context. A record has these and no others.
public struct RecordType: Sendable, Hashable {
  /// One member.
  public struct Attribute: Sendable, Hashable {
    /// What it holds.
    public let type: ValueType
    /// Whether it is always there; written without `?`.
    public let isRequired: Bool

    /// Declares a member.
    public init(_ type: ValueType, isRequired: Bool = true) {
      self.type = type
      self.isRequired = isRequired
    }
  }

  /// The members by name.
  public let attributes: [AttributeName: Attribute]

  /// No members.
  public static let empty = RecordType([:])

  /// Declares a record.
  public init(_ attributes: [AttributeName: Attribute]) { self.attributes = attributes }
}

extension ValueType: CustomStringConvertible {
  /// The type as a schema writes it; the members of records are left out.
  public var description: String {
    switch self {
    case .bool: "Bool"
    case .long: "Long"
    case .string: "String"
    case .entity(let type): type.name
    case .set(let element): "Set<\(element)>"
    case .record(let record): record.attributes.isEmpty ? "{}" : "{ … }"
    case .extension(let type): type.rawValue
    }
  }
}
