extension JSONNode {
  /// The member's value; nil when it is missing or this is no object. Allocates nothing;
  /// O(members).
  public subscript(member name: StaticString) -> JSONNode? {
    guard entry.has(.object) else { return nil }
    let found = name.withUTF8Buffer { name in
      storage.withView { $0.member(name, of: row) }
    }
    return found.map { JSONNode(storage: storage, row: $0) }
  }

  /// The member's value; nil when it is missing or this is no object. O(members).
  ///
  /// Generic, because a literal would be taken for a `String` before a `StaticString`.
  @_disfavoredOverload
  public subscript<Name: StringProtocol>(member name: Name) -> JSONNode? {
    guard entry.has(.object) else { return nil }
    var name = String(name)
    let found = name.withUTF8 { name in
      storage.withView { $0.member(name, of: row) }
    }
    return found.map { JSONNode(storage: storage, row: $0) }
  }

  /// The element; nil when it is missing or this is no array. O(index).
  public subscript(element index: Int) -> JSONNode? {
    guard entry.has(.array), index >= 0, index < entry.count else { return nil }
    var row = self.row + 1
    for _ in 0..<index { row = Int(storage.row(row).next) }
    return JSONNode(storage: storage, row: row)
  }

  /// The elements in order; nothing when this is no array.
  public var elements: JSONElements {
    JSONElements(storage: storage, upcoming: row + 1, left: entry.has(.array) ? entry.count : 0)
  }

  /// The members in order, with their names unescaped; nothing when this is no object.
  public var members: JSONMembers { JSONMembers(nodes: memberNodes) }

  /// The members in order, names as nodes, so that nothing is allocated for them.
  public var memberNodes: JSONMemberNodes {
    JSONMemberNodes(storage: storage, upcoming: row + 1, left: entry.has(.object) ? entry.count : 0)
  }
}

/// The elements of an array.
public struct JSONElements: Sequence, IteratorProtocol, Sendable {
  let storage: JSONStorage
  var upcoming: Int
  var left: Int

  /// The next element.
  public mutating func next() -> JSONNode? {
    guard left > 0 else { return nil }
    left -= 1
    let node = JSONNode(storage: storage, row: upcoming)
    upcoming = Int(node.entry.next)
    return node
  }

  /// The exact count.
  public var underestimatedCount: Int { left }
}

/// The members of an object, names as nodes.
public struct JSONMemberNodes: Sequence, IteratorProtocol, Sendable {
  let storage: JSONStorage
  var upcoming: Int
  var left: Int

  /// The next member.
  public mutating func next() -> (name: JSONNode, value: JSONNode)? {
    guard left > 0 else { return nil }
    left -= 1
    let name = JSONNode(storage: storage, row: upcoming)
    let value = JSONNode(storage: storage, row: upcoming + 1)
    upcoming = Int(value.entry.next)
    return (name, value)
  }

  /// The exact count.
  public var underestimatedCount: Int { left }
}

/// The members of an object, names as strings.
public struct JSONMembers: Sequence, IteratorProtocol, Sendable {
  var nodes: JSONMemberNodes

  /// The next member.
  public mutating func next() -> (name: String, value: JSONNode)? {
    guard let member = nodes.next(), let name = member.name.string else { return nil }
    return (name, member.value)
  }

  /// The exact count.
  public var underestimatedCount: Int { nodes.left }
}
