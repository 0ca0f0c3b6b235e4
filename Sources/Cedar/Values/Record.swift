/// A Cedar record: members with distinct names. Members are kept sorted by the hash of the name in
/// one array, which a look-up scans or bisects comparing integers.
public struct Record: Hashable, Sendable {
  /// One member.
  public struct Member: Hashable, Sendable {
    /// The name.
    public let name: AttributeName
    /// The value.
    public let value: Value

    /// Makes a member.
    public init(_ name: AttributeName, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  private var storage: ContiguousArray<Member>
  private static let scanLimit = 8

  /// The record without members.
  public static let empty = Record()

  /// The record without members.
  public init() { storage = [] }

  /// Makes a record; of members with the same name the last one counts. O(n log n).
  public init(_ members: some Sequence<Member>) { storage = Record.ordered(Array(members)) }

  /// Makes a record; of members with the same name the last one counts. O(n log n).
  public init(_ members: [Member]) { storage = Record.ordered(members) }

  /// Takes over the members of a record; of those with the same name the last one counts.
  /// O(n log n).
  public init(_ members: consuming ContiguousArray<Member>) {
    storage = members.count > 1 ? Record.ordered(Array(members)) : members
  }

  private static func ordered(_ members: [Member]) -> ContiguousArray<Member> {
    members.count <= scanLimit ? inserted(members) : sorted(members)
  }

  /// Few members are quicker inserted one by one.
  private static func inserted(_ members: [Member]) -> ContiguousArray<Member> {
    var storage = ContiguousArray<Member>()
    storage.reserveCapacity(members.count)
    for member in members {
      var position = storage.count
      while position > 0, AttributeName.storageOrder(member.name, storage[position - 1].name) {
        position -= 1
      }
      if position > 0, storage[position - 1].name == member.name {
        storage[position - 1] = member
      } else {
        storage.insert(member, at: position)
      }
    }
    return storage
  }

  private static func sorted(_ members: [Member]) -> ContiguousArray<Member> {
    let order = members.indices.sorted { left, right in
      members[left].name == members[right].name
        ? left < right : AttributeName.storageOrder(members[left].name, members[right].name)
    }
    var storage = ContiguousArray<Member>()
    storage.reserveCapacity(order.count)
    for position in order {
      if let last = storage.last, last.name == members[position].name { storage.removeLast() }
      storage.append(members[position])
    }
    return storage
  }

  /// How many members there are.
  public var count: Int { storage.count }
  /// Whether there is no member.
  public var isEmpty: Bool { storage.isEmpty }

  /// The members, sorted by the bytes of their names.
  public var members: [Member] {
    storage.sorted { $0.name.text.precedesByBytes($1.name.text) }
  }

  /// The value of a member, or nil when there is none of this name.
  @inline(__always)
  public subscript(name: AttributeName) -> Value? {
    let position = position(of: name)
    return position < 0 ? nil : storage[position].value
  }

  /// Whether there is a member of this name.
  @inline(__always)
  public func has(_ name: AttributeName) -> Bool { position(of: name) >= 0 }

  @inline(__always)
  private func position(of name: AttributeName) -> Int {
    if storage.count <= Record.scanLimit {
      for index in storage.indices where storage[index].name == name { return index }
      return -1
    }
    return bisect(name)
  }

  private func bisect(_ name: AttributeName) -> Int {
    var low = 0
    var high = storage.count
    while low < high {
      let middle = (low + high) / 2
      if AttributeName.storageOrder(storage[middle].name, name) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < storage.count && storage[low].name == name ? low : -1
  }
}

extension Record: ExpressibleByDictionaryLiteral {
  /// Makes a record from a literal; of members with the same name the last one counts.
  public init(dictionaryLiteral elements: (AttributeName, Value)...) {
    self.init(elements.lazy.map { Member($0.0, $0.1) })
  }
}
