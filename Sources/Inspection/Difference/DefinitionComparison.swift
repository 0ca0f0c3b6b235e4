import JSON

/// Compares two definitions and collects what differs.
struct DefinitionComparison {
  typealias Change = DefinitionDifference.Change
  typealias Kind = DefinitionDifference.Kind

  var changes: [Change] = []
  /// How many changes were not kept.
  private(set) var left = 0
  /// How many more values may be compared, so that hostile definitions take a bounded time.
  var stepsLeft = 100_000
  private(set) var budget: WordBudget

  init(_ budget: WordBudget) {
    self.budget = budget
  }

  mutating func compare(_ before: JSONNode, _ after: JSONNode) {
    guard !before.equals(after) else { return }
    guard before.kind == .object, after.kind == .object else {
      return text("", before, after, "The model reads another text.")
    }
    for (name, old, new) in differingMembers(of: before, after) {
      let place = "/" + JSONPointer.escaped(name)
      let count = changes.count + left
      defer { tellUntold(since: count, name, place, old, new) }
      switch name {
      case "annotations": annotations(place, old, new)
      case "inputSchema": schema(place, old, new, .schema)
      case "outputSchema": schema(place, old, new, .output)
      case "arguments": arguments(place, old, new)
      case "_meta": meta(place, old, new)
      case "uriTemplate": add(.schema, true, place, old, new, "It reads at other addresses.")
      case "title", "description": text(place, old, new, "The model reads another \(name).")
      default: add(.other, new != nil, place, old, new, "`\(shown(name))` is another.")
      }
    }
  }

  /// The gravest kind first, what widens before what narrows, else in the order of the definitions.
  func result() -> [Change] {
    let ordered = changes.enumerated().sorted { one, other in
      let (a, b) = (rank(one.element), rank(other.element))
      return a == b ? one.offset < other.offset : a < b
    }.map(\.element)
    guard left > 0 || ordered.count > DefinitionDifference.changesMax else { return ordered }
    let kept = ordered.prefix(DefinitionDifference.changesMax - 1)
    let more = left + ordered.count - kept.count
    return kept + [
      Change(
        kind: .other, widens: true, place: "", before: nil, after: nil, words: [],
        meaning: "\(more) more places differ, or were not compared.")
    ]
  }

  private func rank(_ change: Change) -> Int {
    (Kind.allCases.firstIndex(of: change.kind) ?? 0) * 2 + (change.widens ? 0 : 1)
  }

  private mutating func annotations(_ place: String, _ before: JSONNode?, _ after: JSONNode?) {
    guard isObjectOrNothing(before), isObjectOrNothing(after) else {
      return add(.annotation, true, place, before, after, "Its annotations are of another kind.")
    }
    for (name, old, new) in differingMembers(of: before, after) {
      let place = place + "/" + JSONPointer.escaped(name)
      let meaning =
        switch (name, new?.bool) {
        case ("title", _): "The model reads another title."
        case ("readOnlyHint", true): "It now says that it only reads."
        case ("readOnlyHint", _): "It no longer says that it only reads."
        case ("destructiveHint", false): "It now says that it destroys nothing."
        case ("destructiveHint", _): "It no longer says that it destroys nothing."
        case ("openWorldHint", false): "It now says that it reaches nothing outside."
        case ("openWorldHint", _): "It may now reach what is outside."
        case ("idempotentHint", true): "It now says that calling it again changes nothing."
        default: "Its annotation `\(shown(name))` is another."
        }
      if name == "title" {
        text(place, old, new, meaning)
      } else {
        add(.annotation, true, place, old, new, meaning)
      }
    }
  }

  /// The arguments of a prompt, told apart by their names.
  private mutating func arguments(_ place: String, _ before: JSONNode?, _ after: JSONNode?) {
    let (old, new) = (named(before), named(after))
    guard old.count == before?.count ?? 0, new.count == after?.count ?? 0 else {
      return add(.parameter, true, place, before, after, "Its arguments are others.")
    }
    var isEqual = true
    for (key, argument) in new {
      guard let earlier = old[key] else {
        isEqual = false
        add(.parameter, true, "\(place)/\(argument.index)", nil, argument.node, "A new argument.")
        continue
      }
      guard !earlier.node.equals(argument.node) else { continue }
      isEqual = false
      let name = String(decoding: key, as: UTF8.self)
      add(
        .parameter, true, "\(place)/\(argument.index)", earlier.node, argument.node,
        "The argument `\(shown(name))` is another.")
    }
    for (key, argument) in old where new[key] == nil {
      isEqual = false
      add(
        .parameter, false, "\(place)/\(argument.index)", argument.node, nil, "An argument is gone.")
    }
    if isEqual { add(.other, false, place, before, after, "Its arguments are in another order.") }
  }

  private func named(_ list: JSONNode?) -> [[UInt8]: (index: Int, node: JSONNode)] {
    var named: [[UInt8]: (index: Int, node: JSONNode)] = [:]
    guard let list else { return named }
    for (index, element) in list.elements.enumerated() {
      if let name = element[member: "name"]?.stringBytes { named[name] = (index, element) }
    }
    return named
  }

  /// Two texts, or one that came or went.
  mutating func text(_ place: String, _ before: JSONNode?, _ after: JSONNode?, _ meaning: String) {
    var words: [WordDifference] = []
    if let old = before?.string, let new = after?.string {
      words = WordComparison.compare(old, new, &budget)
    }
    add(.text, after != nil, place, before, after, meaning, words: words)
  }

  mutating func add(
    _ kind: Kind, _ widens: Bool, _ place: String, _ before: JSONNode?, _ after: JSONNode?,
    _ meaning: String, words: [WordDifference] = []
  ) {
    // Later kinds are graver or less grave; twice the bound leaves room for both.
    guard changes.count < 4 * DefinitionDifference.changesMax else {
      left += 1
      return
    }
    changes.append(
      Change(
        kind: kind, widens: widens, place: VisibleText.draw(place, limit: 1024),
        before: before.map(Self.text), after: after.map(Self.text), words: words, meaning: meaning))
  }

  /// Two values differ, and no rule told how: one is nothing and the other empty, say.
  mutating func tellUntold(
    since count: Int, _ name: String, _ place: String, _ old: JSONNode?, _ new: JSONNode?
  ) {
    guard changes.count + left == count else { return }
    add(.other, new != nil, place, old, new, "`\(shown(name))` is another.")
  }

  /// Counts a value that is compared; false when no more may be.
  mutating func mayCompare() -> Bool {
    stepsLeft -= 1
    if stepsLeft < 0 { left += 1 }
    return stepsLeft >= 0
  }

  /// The members of two objects whose values differ: those of the second in their order, then those
  /// that only the first has. Names are compared by their bytes.
  func differingMembers(
    of before: JSONNode?, _ after: JSONNode?
  ) -> [(name: String, old: JSONNode?, new: JSONNode?)] {
    var old: [[UInt8]: JSONNode] = [:]
    var differing: [(name: String, old: JSONNode?, new: JSONNode?)] = []
    if let before {
      for (name, value) in before.memberNodes { old[name.stringBytes ?? []] = value }
    }
    if let after {
      for (name, value) in after.memberNodes {
        let earlier = old.removeValue(forKey: name.stringBytes ?? [])
        if earlier?.equals(value) != true { differing.append((name.string ?? "", earlier, value)) }
      }
    }
    if let before, !old.isEmpty {
      for (name, value) in before.memberNodes where old[name.stringBytes ?? []] != nil {
        differing.append((name.string ?? "", value, nil))
      }
    }
    return differing
  }

  func isObjectOrNothing(_ node: JSONNode?) -> Bool { node.map { $0.kind == .object } ?? true }

  func shown(_ name: String) -> String { VisibleText.draw(name, limit: 80) }

  /// JSON without escapes that could hide what it says.
  private static func text(_ node: JSONNode) -> String {
    guard let bytes = try? JSONCanonical.encode(node, bigIntegers: .verbatim) else {
      return VisibleText.draw(node.description, limit: DefinitionDifference.textMax)
    }
    return VisibleText.draw(
      String(decoding: bytes, as: UTF8.self), limit: DefinitionDifference.textMax)
  }
}
