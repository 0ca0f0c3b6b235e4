import JSON

/// JSON Schemas: what they take now that they did not take before, keyword by keyword.
extension DefinitionComparison {
  mutating func schema(_ place: String, _ before: JSONNode?, _ after: JSONNode?, _ kind: Kind) {
    guard mayCompare() else { return }
    guard let before, let after, before.kind == .object, after.kind == .object else {
      let widens = after.map { $0.bool != false } ?? true
      return add(kind, widens, place, before, after, "The whole schema is another.")
    }
    for (name, old, new) in differingMembers(of: before, after) {
      let place = place + "/" + JSONPointer.escaped(name)
      let count = changes.count + left
      keyword(name, place, old, new, kind)
      tellUntold(since: count, name, place, old, new)
    }
  }

  private mutating func keyword(
    _ name: String, _ place: String, _ old: JSONNode?, _ new: JSONNode?, _ kind: Kind
  ) {
    guard mayCompare() else { return }
    switch name {
    case "properties": properties(place, old, new, kind)
    case "required": required(place, old, new, kind)
    case "type": types(place, old, new, kind)
    case "enum": values(place, old, new, kind)
    case "$defs", "definitions", "patternProperties", "dependentSchemas":
      for (name, old, new) in differingMembers(of: old, new) {
        schema(place + "/" + JSONPointer.escaped(name), old, new, kind)
      }
    case "anyOf", "oneOf", "allOf", "prefixItems": branches(name, place, old, new, kind)
    case "additionalProperties", "unevaluatedProperties", "additionalItems", "unevaluatedItems":
      openness(place, old, new, kind)
    case "items", "contains", "not", "if", "then", "else", "propertyNames", "contentSchema":
      if old != nil, new != nil {
        schema(place, old, new, kind)
      } else {
        limit(name, place, old, new, kind, widens: new == nil)
      }
    case "maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties", "maxContains":
      limit(name, place, old, new, kind, widens: isBeyond(new, old))
    case "minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties", "minContains":
      limit(name, place, old, new, kind, widens: isBeyond(old, new) || new == nil)
    case "pattern", "const", "format", "multipleOf", "uniqueItems", "$ref", "$dynamicRef",
      "dependentRequired", "contentEncoding", "contentMediaType":
      limit(name, place, old, new, kind, widens: old != nil)
    case "default": add(kind, true, place, old, new, "What is taken when nothing is given.")
    case "title", "description": text(place, old, new, "The model reads another \(name).")
    case "examples", "$comment": add(.text, new != nil, place, old, new, "Texts for the model.")
    default: add(.other, new != nil, place, old, new, "`\(shown(name))` is another.")
    }
  }

  private mutating func properties(
    _ place: String, _ before: JSONNode?, _ after: JSONNode?, _ kind: Kind
  ) {
    guard isObjectOrNothing(before), isObjectOrNothing(after) else {
      return add(kind, true, place, before, after, "The parameters are of another kind.")
    }
    let grave = kind == .output ? kind : .parameter
    for (name, old, new) in differingMembers(of: before, after) {
      let place = place + "/" + JSONPointer.escaped(name)
      if old == nil {
        add(grave, true, place, nil, new, "`\(shown(name))` is new.")
      } else if new == nil {
        add(grave, false, place, old, nil, "`\(shown(name))` is gone.")
      } else {
        schema(place, old, new, kind)
      }
    }
  }

  private mutating func required(
    _ place: String, _ before: JSONNode?, _ after: JSONNode?, _ kind: Kind
  ) {
    let grave = kind == .output ? kind : .parameter
    let (old, new) = (strings(before), strings(after))
    for name in new.subtracting(old).sorted() {
      add(grave, true, place, before, after, "`\(shown(name))` must be given now.")
    }
    for name in old.subtracting(new).sorted() {
      add(grave, true, place, before, after, "`\(shown(name))` need not be given any more.")
    }
    if old == new { add(.other, false, place, before, after, "`required` is in another order.") }
  }

  private mutating func types(
    _ place: String, _ before: JSONNode?, _ after: JSONNode?, _ kind: Kind
  ) {
    let (old, new) = (strings(before), strings(after))
    let added = new.subtracting(old.contains("number") ? old.union(["integer"]) : old)
    let widens = !old.isEmpty && (new.isEmpty || !added.isEmpty)
    add(
      kind, widens, place, before, after,
      old == new
        ? "Its types are in another order."
        : widens ? "It takes other types than before." : "It takes fewer types.")
  }

  private mutating func values(
    _ place: String, _ before: JSONNode?, _ after: JSONNode?, _ kind: Kind
  ) {
    guard let before, let after else {
      return limit("enum", place, before, after, kind, widens: after == nil)
    }
    let (old, new) = (canonical(before), canonical(after))
    let (added, gone) = (new.subtracting(old).count, old.subtracting(new).count)
    let meaning =
      added > 0
      ? "It takes \(added) more values, \(gone) fewer."
      : gone > 0 ? "It takes \(gone) fewer values." : "Its values are in another order."
    add(kind, added > 0, place, before, after, meaning)
  }

  private mutating func branches(
    _ name: String, _ place: String, _ before: JSONNode?, _ after: JSONNode?, _ kind: Kind
  ) {
    guard let before, let after, before.kind == .array, after.kind == .array else {
      let isNew = after != nil && name != "allOf" && before != nil
      return limit(name, place, before, after, kind, widens: isNew || after == nil)
    }
    var (old, new) = (before.elements, after.elements)
    var index = 0
    while true {
      let (one, other) = (old.next(), new.next())
      let place = "\(place)/\(index)"
      switch (one, other) {
      case (nil, nil): return
      case (let one?, let other?):
        if !one.equals(other) { schema(place, one, other, kind) }
      case (nil, let other?):
        let widens = name == "anyOf" || name == "oneOf"
        add(kind, widens, place, nil, other, "`\(name)` has one schema more.")
      case (let one?, nil):
        add(kind, name == "allOf", place, one, nil, "`\(name)` has one schema fewer.")
      }
      guard mayCompare() else { return }
      index += 1
    }
  }

  private mutating func openness(
    _ place: String, _ before: JSONNode?, _ after: JSONNode?, _ kind: Kind
  ) {
    if let before, let after, before.kind == .object, after.kind == .object {
      return schema(place, before, after, kind)
    }
    // Nothing said is everything allowed.
    let (wasOpen, isOpen) = (before?.bool ?? (before == nil), after?.bool ?? (after == nil))
    let widens = isOpen && !wasOpen || before?.bool == false
    add(
      kind, widens, place, before, after,
      widens ? "It takes what it did not name before." : "It takes less that it does not name.")
  }

  private mutating func limit(
    _ name: String, _ place: String, _ old: JSONNode?, _ new: JSONNode?, _ kind: Kind, widens: Bool
  ) {
    let meaning =
      new == nil
      ? "The limit `\(name)` is gone."
      : old == nil
        ? "There is a new limit `\(name)`."
        : widens ? "The limit `\(name)` is another." : "The limit `\(name)` is narrower."
    add(kind, widens, place, old, new, meaning)
  }

  /// Whether a bound is farther out than another; one that is missing or no number is.
  private func isBeyond(_ one: JSONNode?, _ other: JSONNode?) -> Bool {
    guard let other else { return false }
    guard let bound = one?.double, let earlier = other.double else { return true }
    return bound > earlier
  }

  /// A string, or the strings of an array.
  private func strings(_ node: JSONNode?) -> Set<String> {
    guard let node else { return [] }
    if let one = node.string { return [one] }
    return Set(node.elements.compactMap(\.string))
  }

  private func canonical(_ list: JSONNode) -> Set<[UInt8]> {
    Set(
      list.elements.map {
        (try? JSONCanonical.encode($0, bigIntegers: .verbatim)) ?? Array($0.raw)
      })
  }
}
