/// A Cedar set: distinct values of any kinds, without order. Small sets are scanned, larger ones
/// are hashed, so membership stays cheap whoever chose the values.
public struct ValueSet: Hashable, Sendable {
  private final class Storage: Sendable {
    let values: ContiguousArray<Value>
    let index: Set<Value>?

    init(values: ContiguousArray<Value>, index: Set<Value>?) {
      self.values = values
      self.index = index
    }
  }

  private let storage: Storage
  private static let scanLimit = 8

  /// Makes a set; repeated values count once. O(n).
  public init(_ values: some Sequence<Value>) {
    var distinct = ContiguousArray<Value>()
    var index: Set<Value>?
    for value in values {
      if index != nil {
        if index?.insert(value).inserted == true { distinct.append(value) }
      } else if !distinct.contains(value) {
        distinct.append(value)
        if distinct.count > ValueSet.scanLimit { index = Set(distinct) }
      }
    }
    storage = Storage(values: distinct, index: index)
  }

  /// How many distinct values there are.
  public var count: Int { storage.values.count }
  /// Whether there is none.
  public var isEmpty: Bool { storage.values.isEmpty }
  /// The values in the order of their first appearance.
  public var values: ContiguousArray<Value> { storage.values }

  /// Whether `value` is in the set.
  public func contains(_ value: Value) -> Bool {
    if let index = storage.index { return index.contains(value) }
    return storage.values.contains(value)
  }

  /// Whether every value of `other` is in this set; true when `other` is empty.
  public func containsAll(_ other: ValueSet) -> Bool {
    other.count <= count && other.storage.values.allSatisfy { contains($0) }
  }

  /// Whether a value of `other` is in this set; false when `other` is empty.
  public func containsAny(_ other: ValueSet) -> Bool {
    if other.count > count { return storage.values.contains { other.contains($0) } }
    return other.storage.values.contains { contains($0) }
  }

  /// Whether both hold the same values.
  public static func == (left: ValueSet, right: ValueSet) -> Bool {
    left.storage === right.storage || left.count == right.count && left.containsAll(right)
  }

  /// Feeds a hash that does not depend on the order.
  public func hash(into hasher: inout Hasher) {
    var combined = 0
    for value in storage.values { combined ^= value.hashValue }
    hasher.combine(count)
    hasher.combine(combined)
  }
}

extension ValueSet: ExpressibleByArrayLiteral {
  /// Makes a set from a literal.
  public init(arrayLiteral elements: Value...) { self.init(elements) }
}
