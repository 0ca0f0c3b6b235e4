import JSON

/// What a page can do past the gateway (MCP Apps, `_meta.ui`).
extension DefinitionComparison {
  mutating func meta(_ place: String, _ before: JSONNode?, _ after: JSONNode?) {
    guard isObjectOrNothing(before), isObjectOrNothing(after) else {
      return add(.other, true, place, before, after, "`_meta` is of another kind.")
    }
    for (name, old, new) in differingMembers(of: before, after) {
      let place = place + "/" + JSONPointer.escaped(name)
      if name == "ui", isObjectOrNothing(old), isObjectOrNothing(new) {
        page(place, old, new)
      } else {
        add(
          name == "ui" ? .page : .other, new != nil, place, old, new,
          "`\(shown(name))` is another.")
      }
    }
  }

  private mutating func page(_ place: String, _ before: JSONNode?, _ after: JSONNode?) {
    for (name, old, new) in differingMembers(of: before, after) {
      let place = place + "/" + JSONPointer.escaped(name)
      if name == "csp", isObjectOrNothing(old), isObjectOrNothing(new) {
        hosts(place, old, new)
      } else {
        add(.page, new != nil, place, old, new, "`\(shown(name))` of its page is another.")
      }
    }
  }

  private mutating func hosts(_ place: String, _ before: JSONNode?, _ after: JSONNode?) {
    for (list, old, new) in differingMembers(of: before, after) {
      let place = place + "/" + JSONPointer.escaped(list)
      let count = changes.count
      let does = PagePowers.lists.first { $0.name == list }?.does ?? "has to do with"
      let (known, present) = (texts(old), texts(new))
      for text in present where !known.contains(text) {
        add(.page, true, place, nil, nil, "Its page now \(does) \(shown(text)).")
      }
      for text in known where !present.contains(text) {
        add(.page, false, place, nil, nil, "Its page no longer \(does) \(shown(text)).")
      }
      if changes.count == count {
        add(.page, true, place, old, new, "`\(shown(list))` of its page is another.")
      }
    }
  }

  private func texts(_ list: JSONNode?) -> [String] {
    list.map { $0.elements.compactMap(\.string) } ?? []
  }
}
