/// The name of a policy within its set: the value of its `@id` annotation, or else the name of
/// its source and its number there, as in `github.cedar#0`.
public struct PolicyID: Hashable, Sendable, CustomStringConvertible {
  /// The name.
  public let name: String
  let index: Int32
  let prehash: Int

  init(_ name: String, index: Int) {
    self.name = name
    self.index = Int32(index)
    self.prehash = name.byteHash
  }

  /// The name.
  public var description: String { name }

  /// Whether both names are the same bytes.
  public static func == (left: PolicyID, right: PolicyID) -> Bool {
    left.prehash == right.prehash && left.name.hasSameBytes(as: right.name)
  }

  /// Feeds the precomputed hash.
  public func hash(into hasher: inout Hasher) { hasher.combine(prehash) }
}

extension PolicyID: Prehashed {}

/// One policy of a set.
public struct Policy: Sendable {
  /// Its name.
  public let id: PolicyID
  /// What it does.
  public let effect: Effect
  /// Its annotations in the order in which they were written, `@id` among them.
  public let annotations: [Annotation]
  let scope: Scope
  /// The node of the program to evaluate, or `Compiler.always`.
  let condition: Int32
  let map: SourceMap
  let offset: Int

  /// Where it stands.
  public var place: SourcePlace { map.place(offset) }

  /// The value of an annotation, empty when it was written without one; nil when there is none.
  public func annotation(_ key: String) -> String? {
    annotations.first { $0.key == key }?.value
  }
}
