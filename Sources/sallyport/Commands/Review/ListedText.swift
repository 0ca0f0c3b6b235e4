import JSON

/// What a server lists that is not quarantined, for people.
struct ListedText {
  let terminal: Terminal

  /// - Parameter listed: as `GET /v1/upstreams/NAME` has it.
  func text(of listed: JSONNode) -> String {
    var table = TextTable([
      .init(title: "ITEM"), .init(title: "EFFECT"), .init(title: "DESCRIPTION"),
    ])
    for item in listed.elements {
      let effect = item[member: "effect"]?.string ?? ""
      table.add([
        .init(word(of: item)), .init(effect, Self.style(ofEffect: effect)),
        .init(description(of: item)),
      ])
    }
    return table.render(on: terminal)
  }

  private func word(of item: JSONNode) -> String {
    let name = item[member: "name"]?.string ?? ""
    switch item[member: "list"]?.string {
    case "prompts": return "prompt:\(name)"
    case "resources": return "resource:\(name)"
    case "templates": return "template:\(name)"
    default: return name
    }
  }

  private func description(of item: JSONNode) -> String {
    let definition = item[member: "definition"]
    let text = definition?[member: "description"]?.string ?? definition?[member: "title"]?.string
    let first = text?.split(whereSeparator: \.isNewline).first ?? ""
    return String(first.drop { $0 == " " })
  }

  private static func style(ofEffect effect: String) -> Terminal.Style? {
    switch effect {
    case "", "read": nil
    case "write": .yellow
    default: .red
    }
  }
}
