/// The knowledge that an expression has an optional attribute or a tag, from a test with `has` or
/// `hasTag`.
struct Capability: Hashable {
  /// The class of the record or entity.
  let base: Int32
  /// The number of the attribute's name, or the class of the tag.
  let key: Int32
  let isTag: Bool
}

/// The capabilities that hold where the checker is.
struct KnownCapabilities {
  private var known: Set<Capability> = []

  func contains(_ capability: Capability) -> Bool { known.contains(capability) }

  /// Adds capabilities and returns those that are new, for `remove`.
  mutating func insert(_ capabilities: [Capability]) -> [Capability] {
    guard !capabilities.isEmpty else { return [] }
    return capabilities.filter { known.insert($0).inserted }
  }

  mutating func remove(_ capabilities: [Capability]) {
    for capability in capabilities { known.remove(capability) }
  }
}

extension [Capability] {
  /// Those that are in both.
  func common(with other: [Capability]) -> [Capability] {
    guard !isEmpty, !other.isEmpty else { return [] }
    let others = Set(other)
    return filter { others.contains($0) }
  }
}
