import Catalog
import JSON

/// Items as a person reads them before deciding. All of their text is foreign.
struct ReviewText {
  private static let indent = "  "
  private static let textMax = 20_000

  let terminal: Terminal

  func text(of item: ReviewedServer.Item) -> String {
    var text = terminal.styled(printable(item.key.word), .bold) + "  "
    text += terminal.styled(item.state, style(item.state))
    if let effect = effect(of: item) { text += "  \(effect)" }
    text += "\n"
    for signal in item.node[member: "signals"].map({ Array($0.elements) }) ?? [] {
      text += line(signal)
    }
    let changes = item.node[member: "changes"].map { Array($0.elements) } ?? []
    if changes.isEmpty {
      if let definition = item.node[member: "definition"] { text += self.text(of: definition) }
    } else {
      let differences = ChangeText(terminal: terminal)
      for change in changes { text += differences.text(of: change) }
    }
    for (word, name) in [
      ("approved", "approved before"), ("rejected", "rejected"), ("revoked", "revoked"),
    ] {
      guard item.state != "approved" || word == "approved",
        let pin = item.node[member: word]
      else { continue }
      func part(_ member: String) -> String { pin[member: member]?.string ?? "" }
      let reason = part("reason").isEmpty ? "" : ": \(part("reason"))"
      let label = item.state == "approved" ? "approved" : name
      text += Self.indent + printable("\(label) \(part("time")) by \(part("by"))\(reason)") + "\n"
    }
    return text
  }

  private func style(_ state: String) -> Terminal.Style {
    switch state {
    case "approved": .green
    case "rejected": .dim
    case "changed": .red
    default: .yellow
    }
  }

  private func effect(of item: ReviewedServer.Item) -> String? {
    guard item.key.kind == .tool else { return nil }
    let reason = item.node[member: "effect"]?[member: "reason"]?.string ?? ""
    let approved = item.approved ?? "destructive"
    let effect = item.proposed ?? approved
    var text = "effect \(printable(effect))"
    if item.configured != nil {
      text += " (configured)"
      // The operator's word holds, and yet should be thought of again.
      guard item.draftRises else { return text }
    } else if effect != approved {
      text += ", was \(printable(approved))"
    } else if item.approved != nil {
      if item.state == "approved" { return text }
      text += " as before"
    }
    guard let draft = item.draft else { return text }
    if item.draftRises {
      return text
        + ": the new definition is drafted \(printable(draft)) (\(printable(reason)))"
    }
    return item.approved == draft
      ? text : text + "; looks like \(printable(draft)): \(printable(reason))"
  }

  private func line(_ signal: JSONNode) -> String {
    func part(_ member: String) -> String { printable(signal[member: member]?.string ?? "") }
    let stops = part("severity") == "block"
    var text = Self.indent + terminal.styled(stops ? "STOP" : "look", stops ? .red : .yellow)
    text += " \(part("rule")) \(part("place")): \(part("reason"))\n"
    if !part("excerpt").isEmpty { text += "\(Self.indent)     \(part("excerpt"))\n" }
    return text
  }

  /// The whole definition: what is not shown cannot be approved.
  private func text(of definition: JSONNode) -> String {
    guard definition.kind == .object else {
      return block(definition.string ?? definition.description)
    }
    var text = ""
    for (name, value) in definition.members where name != "name" && name != "uriTemplate" {
      if name == "description", let words = value.string {
        text += block(words)
      } else {
        text += Self.indent + terminal.styled(printable(name), .dim) + " "
        text += cut(printable(value.string ?? value.description)) + "\n"
      }
    }
    return text
  }

  private func block(_ text: String) -> String {
    cut(text).split(separator: "\n", omittingEmptySubsequences: false).map {
      Self.indent + printable(String($0)) + "\n"
    }.joined()
  }

  private func cut(_ text: String) -> String {
    guard text.utf8.count > Self.textMax else { return text }
    return String(decoding: text.utf8.prefix(Self.textMax), as: UTF8.self)
      + "… (\(text.utf8.count) bytes; `--json` shows all of it)"
  }
}
