import JSON

/// What a definition says of a tool's effect.
struct EffectEvidence {
  private let name: (word: String, effect: EffectWords.Effect)?
  private let text: (word: String, effect: EffectWords.Effect)?
  private let readOnly: Bool?
  private let destructive: Bool?
  private let recipient: String?
  private let authority: String?
  private let code: String?

  init(_ definition: JSONNode) {
    let name = definition[member: "name"]?.string ?? ""
    self.name = EffectWords.verb(ofName: name)
    text = Self.strongest(definition[member: "description"]?.string ?? "")
    let annotations = definition[member: "annotations"]
    readOnly = annotations?[member: "readOnlyHint"]?.bool
    destructive = annotations?[member: "destructiveHint"]?.bool
    var parameters: [String] = []
    if let properties = definition[member: "inputSchema"]?[member: "properties"] {
      for (parameter, _) in properties.members.prefix(256) { parameters.append(parameter) }
    }
    let keys = parameters.map { (name: $0, words: Identifier.words($0)) }
    recipient = keys.first { Self.recipients.contains($0.words.joined(separator: "_")) }?.name
    authority = keys.first { Self.authorities.contains($0.words.joined(separator: "_")) }?.name
    code = keys.first { Self.programs.contains($0.words.joined(separator: "_")) }?.name
  }

  var descriptionSays: String? { text?.effect.name }

  func conclusion() -> (String, String) {
    var verb = name.map { "its name says `\($0.word)`" } ?? "its name says nothing clear"
    if let text, text.effect > name?.effect ?? .read {
      verb += ", its description says `\(text.word)`"
    }
    if let name, name.effect == .admin || authority != nil && name.effect != .read {
      let about = authority.map { ", and it takes `\(VisibleText.draw($0, limit: 60))`" } ?? ""
      return ("admin", verb + about)
    }
    if let name, name.effect == .destructive { return ("destructive", verb) }
    if let name, name.effect == .egress { return ("egress", verb) }
    if destructive == true, readOnly != true {
      return ("destructive", "it says itself that it can destroy (`destructiveHint`)")
    }
    if let name, name.effect != .read, let recipient {
      return ("egress", verb + ", and it takes `\(VisibleText.draw(recipient, limit: 60))`")
    }
    if readOnly == true {
      if let code {
        return (
          "destructive",
          "it says that it only reads, and it takes `\(VisibleText.draw(code, limit: 60))`"
        )
      }
      if let name, name.effect != .read {
        return ("destructive", "it says that it only reads, and \(verb)")
      }
      if let text, text.effect != .read {
        return (
          "destructive", "it says that it only reads, and its description says `\(text.word)`"
        )
      }
      return ("read", "it says that it only reads (`readOnlyHint`), and no word contradicts")
    }
    if destructive == false, let name, name.effect == .write,
      text.map({ $0.effect <= .write }) ?? true
    {
      return (
        "write", "\(verb), and it says that it destroys nothing (`destructiveHint: false`)"
      )
    }
    return ("destructive", "\(verb), and no annotation says that it only reads or adds")
  }

  /// The gravest verb with which a sentence begins, or that follows `and` or a comma there.
  private static func strongest(_ text: String) -> (word: String, effect: EffectWords.Effect)? {
    var strongest: (word: String, effect: EffectWords.Effect)?
    for sentence in SentenceReader.sentences(of: InspectedText(text)).prefix(64) {
      for (index, word) in sentence.words.enumerated() {
        let before = index > 0 ? sentence.words[index - 1].text : ""
        guard index == 0 || ["and", "or", "then", "can", "will", "to", "also"].contains(before),
          !(index > 1 && before == "to" && sentence.words[index - 2].text == "how"),
          let effect = EffectWords.effect(of: stem(word.text)),
          index == 0 || !EffectWords.isNoun(stem(word.text))
        else { continue }
        // «use this to send later» names another tool's work; `to` counts for what is grave.
        if before == "to", effect < .destructive { continue }
        if strongest.map({ $0.effect < effect }) ?? true { strongest = (word.text, effect) }
      }
    }
    return strongest
  }

  /// `deletes` as `delete`, `searches` as `search`.
  private static func stem(_ word: String) -> String {
    if EffectWords.effect(of: word) != nil { return word }
    let shorter = String(word.dropLast())
    if word.hasSuffix("s"), EffectWords.effect(of: shorter) != nil { return shorter }
    return word.hasSuffix("es") ? String(word.dropLast(2)) : word
  }

  private static let recipients: Set<String> = [
    "to", "recipient", "recipients", "cc", "bcc", "email_to", "webhook", "webhook_url",
    "phone_number", "to_email", "to_address", "destination_url", "callback_url",
  ]
  private static let authorities: Set<String> = [
    "role", "roles", "permission", "permissions", "scopes", "acl", "privileges", "is_admin",
    "policy_arn", "access_level",
  ]
  private static let programs: Set<String> = [
    "command", "cmd", "script", "code", "shell", "sql_script", "javascript", "expression_js",
  ]
}
