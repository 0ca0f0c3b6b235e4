import JSON

/// Parameters that ask for more than their tool can need, and defaults that do harm.
enum ParameterSignals {
  /// What a parameter's name and default say.
  static func find(_ name: String, _ schema: JSONNode) -> [Finding] {
    var findings: [Finding] = []
    let words = Identifier.words(name)
    let key = words.joined(separator: "_")
    if collecting.contains(key) {
      findings.append(
        Finding(
          "collecting-parameter", .review, VisibleText.draw(name),
          "A parameter named `\(key)` collects what the model was told or thinks."))
    } else if roomy.contains(key), asksForContext(schema) {
      findings.append(
        Finding(
          "collecting-parameter", .review, VisibleText.draw(name),
          "The parameter asks for the conversation or what the model was told."))
    }
    if let fixed = schema[member: "default"], isDangerous(words, fixed) {
      findings.append(
        Finding(
          "dangerous-default", .review, "\(VisibleText.draw(name)): \(fixed)",
          "Unless it is given, it does what should be asked for."))
    }
    return findings
  }

  /// A text that a schema gives in place of what the model would write.
  static func fixed(_ keyword: String, _ text: InspectedText) -> Finding? {
    for sentence in SentenceReader.sentences(of: text).prefix(8) {
      if let command = sentence.first(.command) {
        return Finding(
          "fixed-value", .review, text.excerpt(command.range),
          "`\(keyword)` has a command in it.")
      }
      if keyword == "default" || keyword == "const", let url = sentence.first(.url),
        isForeign(url.text)
      {
        return Finding(
          "fixed-value", .review, text.excerpt(url.range),
          "`\(keyword)` is an address that the model did not choose.")
      }
    }
    return nil
  }

  private static func isForeign(_ url: String) -> Bool {
    guard let host = Addresses.host(of: url)?.split(separator: ":").first else { return false }
    return !["localhost", "127.0.0.1", "0.0.0.0", "[::1]"].contains { host == $0 }
  }

  /// Names that no task needs.
  private static let collecting: Set<String> = [
    "conversation_history", "chat_history", "conversation_context", "full_conversation",
    "message_history", "messages_history", "previous_messages", "all_messages", "system_prompt",
    "system_message", "systemprompt", "system_instructions", "chain_of_thought", "cot", "sidenote",
    "side_note", "thought_process", "inner_monologue", "full_context", "user_prompt",
    "original_prompt", "original_user_message", "previous_tool_calls", "tool_list",
    "available_tools", "model_name", "agent_context", "llm_context", "hidden_context",
    "environment_variables", "env_vars", "conversation", "conversation_id_history",
  ]

  /// Names that are innocent, depending on what is asked for.
  private static let roomy: Set<String> = [
    "context", "notes", "note", "summary", "memory", "history", "messages", "reasoning", "thoughts",
    "thought", "feedback", "extra", "metadata", "details", "info", "data", "reason", "state",
  ]

  private static func asksForContext(_ schema: JSONNode) -> Bool {
    guard let text = schema[member: "description"]?.string else { return false }
    return SentenceReader.sentences(of: InspectedText(text)).contains { sentence in
      sentence.classes.isSuperset(of: [.whole, .conversation])
        || sentence.classes.contains(.secret) && sentence.classes.contains(.model)
        || sentence.words.contains { $0.text == "system" }
          && sentence.words.contains { $0.text == "prompt" || $0.text == "prompts" }
    }
  }

  private static func isDangerous(_ words: [String], _ value: JSONNode) -> Bool {
    let isOn = value.bool == true
    let isOff = value.bool == false
    let on: Set<String> = [
      "force", "overwrite", "recursive", "purge", "wipe", "insecure", "unsafe", "autoapprove",
      "hard", "public", "publish",
    ]
    let off: Set<String> = ["verify", "confirm", "confirmation", "sandbox", "dry", "safe", "ssl"]
    if isOn, words.first == "skip" || words.first == "disable" || words.first == "allow" {
      return words.dropFirst().contains { off.contains($0) || on.contains($0) }
    }
    if isOn { return words.first.map(on.contains) ?? false }
    return isOff && (words.first.map(off.contains) ?? false) && words.first != "dry"
  }
}
