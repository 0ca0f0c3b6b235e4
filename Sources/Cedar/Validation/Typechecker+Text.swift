/// How messages name things.
extension Typechecker {
  private static let shownNames = 8

  /// What has an attribute: «`principal.boss` (`User`)», «the context of `Action::"read"`».
  func owner(_ id: Expression.ID, _ type: CheckedType) -> String {
    if case .variable(.context) = tree[id].kind {
      return "the context of `\(environment.action)`"
    }
    guard let text = text(id) else { return "`\(type)`" }
    return type.isEntity ? "`\(text)`, a `\(type)`," : "`\(text)`"
  }

  /// A variable, a short literal or a path that starts with one, as a policy writes it.
  func text(_ id: Expression.ID) -> String? {
    var path = ""
    var current = id
    while path.utf8.count < 80 {
      switch tree[current].kind {
      case .attribute(let base, let name):
        path =
          (Quoting.isIdentifier(name.text) ? "." : "[")
          + Quoting.name(name.text) + (Quoting.isIdentifier(name.text) ? "" : "]") + path
        current = base
      case .variable(let variable): return variable.name + path
      case .literal(.entity(let uid)): return uid.id.utf8.count < 40 ? "\(uid)\(path)" : nil
      case .literal(.string(let text)):
        return path.isEmpty && text.utf8.count < 40 ? Quoting.quote(text) : nil
      default: return nil
      }
    }
    return nil
  }

  /// What someone who read an attribute that is not there probably meant.
  func attributeHelp(
    _ name: AttributeName, in type: CheckedType, _ base: Expression.ID
  ) -> String? {
    let names = attributeNames(of: type)
    if let nearest = Suggestions.nearest(to: name.text, among: names) { return nearest }
    if case .entity(let entity) = type, schema.entities[entity]?.tags != nil {
      return "tags are read with `.getTag(\(Quoting.quote(name.text)))`"
    }
    guard !names.isEmpty else { return "it has no attributes" }
    let shown = names.prefix(Typechecker.shownNames).map { "`\($0)`" }.joined(separator: ", ")
    return "it has \(shown)" + (names.count > Typechecker.shownNames ? " and others" : "")
  }

  private func attributeNames(of type: CheckedType) -> [String] {
    let names: [AttributeName] =
      switch type {
      case .record(let shape): Array(shape.members.keys)
      case .entity(let type): Array(schema.entities[type]?.attributes.members.keys ?? [:].keys)
      default: []
      }
    return names.map(\.text).sorted { $0.precedesByBytes($1) }
  }
}
