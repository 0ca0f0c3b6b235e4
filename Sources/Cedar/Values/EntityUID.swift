/// The name of an entity type with its namespaces, such as `Sallyport::Agent`.
public struct EntityType: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
  /// The whole name, namespaces joined by `::`.
  public let name: String
  let prehash: Int

  /// Makes a type from its whole name. The name is not checked: a name that no policy can spell
  /// simply never matches.
  public init(_ name: String) {
    self.name = name
    self.prehash = name.byteHash
  }

  /// Makes a type from a literal such as `"Sallyport::Agent"`.
  public init(stringLiteral value: String) { self.init(value) }

  /// The last part of the name: `Agent` of `Sallyport::Agent`.
  public var baseName: Substring {
    var start = name.startIndex
    var index = name.startIndex
    while index < name.endIndex {
      let next = name.utf8.index(after: index)
      if name.utf8[index] == UInt8(ascii: ":") { start = next }
      index = next
    }
    return name[start...]
  }

  /// The whole name.
  public var description: String { name }

  /// Whether both names are the same bytes.
  public static func == (left: EntityType, right: EntityType) -> Bool {
    left.prehash == right.prehash && left.name.hasSameBytes(as: right.name)
  }

  /// Feeds the precomputed hash.
  public func hash(into hasher: inout Hasher) { hasher.combine(prehash) }
}

extension EntityType: Prehashed {}

/// The identity of an entity: its type and an id that is unique within the type, written
/// `Sallyport::Tool::"github__create_issue"`.
///
/// One reference wide; the hash is computed once, and comparing with a copy of itself is one
/// comparison of pointers. Keep and reuse values that stand for long-lived entities.
public struct EntityUID: Hashable, Sendable, CustomStringConvertible {
  private final class Storage: Sendable {
    let type: EntityType
    let id: String
    let prehash: Int

    init(type: EntityType, id: String) {
      self.type = type
      self.id = id
      var hasher = Hasher()
      hasher.combine(type.prehash)
      id.hashBytes(into: &hasher)
      self.prehash = hasher.finalize()
    }
  }

  private let storage: Storage

  /// Makes an identity. Any string is a valid id, also the empty one.
  public init(type: EntityType, id: String) {
    storage = Storage(type: type, id: id)
  }

  /// Makes an identity from the name of a type. Keep an `EntityType` instead where many
  /// identities share one.
  public init(type: String, id: String) {
    self.init(type: EntityType(type), id: id)
  }

  /// The entity's type.
  public var type: EntityType { storage.type }
  /// The id within the type.
  public var id: String { storage.id }
  var prehash: Int { storage.prehash }

  /// The identity as a policy writes it, the id quoted and escaped.
  public var description: String { "\(type.name)::\(Quoting.quote(id))" }

  /// Whether type and id are the same bytes.
  @inline(__always)
  public static func == (left: EntityUID, right: EntityUID) -> Bool {
    if left.storage === right.storage { return true }
    return left.storage.prehash == right.storage.prehash
      && left.storage.id.hasSameBytes(as: right.storage.id)
      && left.storage.type == right.storage.type
  }

  /// Feeds the precomputed hash.
  public func hash(into hasher: inout Hasher) { hasher.combine(storage.prehash) }
}

extension EntityUID: Prehashed {}
