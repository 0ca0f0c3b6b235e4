import MCP

/// A set of kinds of lists that takes a byte: there are many listeners.
struct ListKinds: OptionSet, Hashable {
  let rawValue: UInt8

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ kinds: Set<ListKind>) {
    self = kinds.reduce(into: []) { $0.formUnion(ListKinds($1)) }
  }

  init(_ kind: ListKind) {
    switch kind {
    case .tools: self.init(rawValue: 1)
    case .prompts: self.init(rawValue: 2)
    case .resources: self.init(rawValue: 4)
    }
  }

  /// The kinds; the same object for the same set.
  var set: Set<ListKind> { Self.sets[Int(rawValue & 7)] }

  private static let sets: [Set<ListKind>] = (0..<8).map { raw in
    Set(ListKind.allCases.filter { ListKinds(rawValue: raw).contains(ListKinds($0)) })
  }
}
