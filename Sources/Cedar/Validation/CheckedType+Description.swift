extension CheckedType: CustomStringConvertible {
  private static let shownScalars = 120

  /// The type as a schema writes it, shortened when long.
  var description: String {
    var text = ""
    write(to: &text)
    guard text.unicodeScalars.count > CheckedType.shownScalars else { return text }
    return String(text.unicodeScalars.prefix(CheckedType.shownScalars)) + "…"
  }

  private func write(to text: inout String) {
    guard text.utf8.count <= 4 * CheckedType.shownScalars else { return }
    switch self {
    case .bool: text += "Bool"
    case .long: text += "Long"
    case .string: text += "String"
    case .entity(let type): text += type.name
    case .oneOf(let types):
      text += types.sorted(by: EntityType.precedes).map(\.name).joined(separator: " or ")
    case .set(let element):
      text += "Set<"
      element?.write(to: &text)
      text += ">"
    case .record(let shape): shape.write(to: &text)
    case .extension(let type): text += type.rawValue
    }
  }

  fileprivate func writeMember(to text: inout String) { write(to: &text) }
}

extension RecordShape {
  fileprivate func write(to text: inout String) {
    text += "{"
    var separator = ""
    for name in members.keys.sorted(by: { $0.text.precedesByBytes($1.text) }) {
      guard let member = members[name] else { continue }
      text += separator + Quoting.name(name.text) + (member.isRequired ? ": " : "?: ")
      member.type.writeMember(to: &text)
      separator = ", "
    }
    text += isOpen ? separator + "…}" : "}"
  }
}
