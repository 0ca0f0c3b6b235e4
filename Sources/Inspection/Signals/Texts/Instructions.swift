/// Sentences that tell a model what to do besides calling this tool. English only.
enum Instructions {
  /// What a text is read with.
  struct Scope {
    /// The names that the definition itself has: the tool's, its parameters'.
    let own: Set<String>
    /// The upstreams that have a tool of this name.
    let foreign: (String) -> String?
  }

  static func find(in text: InspectedText, _ scope: Scope) -> [Finding] {
    var findings: [Finding] = []
    var retired = 0
    var pressed = 0
    for sentence in SentenceReader.sentences(of: text) {
      if sentence.classes.contains(.retires) { retired = 3 }
      if isPressing(sentence) { pressed = 3 }
      var reader = Reader(text: text, sentence: sentence, scope: scope)
      reader.isPressed = pressed > 0
      reader.isAfterRetirement = retired > 0
      findings += reader.findings()
      retired -= 1
      pressed -= 1
    }
    return findings
  }

  private static func isPressing(_ sentence: Sentence) -> Bool {
    sentence.words.count { $0.classes.contains(.pressure) } >= 2
      || sentence.classes.isSuperset(of: [.pressure, .obliges])
  }
}

/// Reads one sentence.
private struct Reader {
  let text: InspectedText
  let sentence: Sentence
  let scope: Instructions.Scope
  /// Whether this sentence or one shortly before gives a reason that presses.
  var isPressed = false
  /// Whether this sentence or one shortly before says that something is no longer to be used.
  var isAfterRetirement = false

  private var classes: WordClass { sentence.classes }

  /// Whether the sentence tells somebody to do something.
  private var isImperative: Bool {
    sentence.beginsWithAct || !classes.isDisjoint(with: [.obliges, .asks])
      || classes.isSuperset(of: [.orders, .acts])
  }

  /// The name of another tool.
  private var otherTool: Sentence.Reference? {
    sentence.references.first {
      $0.kind == .identifier && !scope.own.contains($0.text.lowercased())
        || $0.kind == .quoted && scope.foreign($0.text) != nil
        || $0.kind == .quoted && !scope.own.contains($0.text.lowercased()) && isCalled($0)
    }
  }

  /// Whether a quoted word stands after `call` or before `tool`.
  private func isCalled(_ reference: Sentence.Reference) -> Bool {
    guard
      let index = sentence.words.firstIndex(where: {
        $0.range.lowerBound == reference.range.lowerBound
      })
    else { return false }
    let words = sentence.words
    let isNamedTool = index + 1 < words.count && words[index + 1].classes.contains(.tool)
    return isNamedTool
      || words[max(0, index - 4)..<index].contains {
        ["call", "calling", "use", "using", "invoke", "redirect", "run"].contains($0.text)
      }
  }

  func findings() -> [Finding] {
    var findings: [Finding] = []
    secrecy(&findings)
    disregard(&findings)
    foreignTool(&findings)
    command(&findings)
    path(&findings)
    address(&findings)
    secrets(&findings)
    order(&findings)
    alteration(&findings)
    redirection(&findings)
    return findings
  }

  private func excerpt(_ range: Range<Int>? = nil) -> String {
    text.excerpt(range ?? sentence.range)
  }

  private func name(_ tool: Sentence.Reference) -> String {
    VisibleText.draw(tool.text, limit: 80)
  }

  /// «Do not tell the user.»
  private func secrecy(_ findings: inout [Finding]) {
    guard let told = sentence.follows(.negates, .tells, within: 4) else { return }
    let rest = sentence.words.filter { $0.range.lowerBound >= told.upperBound }.prefix(5)
    let persons: Set<String> = [
      "user", "users", "human", "humans", "person", "anyone", "anybody", "operator", "customer",
      "them", "client",
    ]
    let isToPerson = rest.contains { persons.contains($0.text) }
    let deeds: Set<String> = [
      "change", "changes", "this", "it", "step", "steps", "process", "redirection", "instruction",
      "instructions", "action", "check",
    ]
    let isAboutDeed = rest.prefix(2).contains { deeds.contains($0.text) }
    let isFirm =
      isToPerson
      && !["show", "showing", "expose", "say"].contains { verb in
        sentence.words.contains { $0.text == verb && told.contains($0.range.lowerBound) }
      }
    guard isFirm || isToPerson || isAboutDeed else { return }
    let isMention = sentence.words.contains {
      ($0.text.hasPrefix("mention") || $0.text.hasPrefix("reveal") || $0.text.hasPrefix("disclos"))
        && told.contains($0.range.lowerBound)
    }
    findings.append(
      Finding(
        "secrecy", isFirm || isMention && isAboutDeed ? .block : .review, excerpt(),
        "It tells the model to keep something from the person."))
  }

  /// «Ignore previous instructions.»
  private func disregard(_ findings: inout [Finding]) {
    let verbs: Set<String> = [
      "ignore", "disregard", "forget", "override", "bypass", "overrides", "supersedes",
    ]
    for (index, word) in sentence.words.enumerated() where verbs.contains(word.text) {
      let rest = sentence.words[(index + 1)...].prefix(5)
      guard let rules = rest.first(where: { $0.classes.contains(.rules) }),
        rest.contains(where: {
          $0.classes.contains(.earlier)
            || ["your", "any", "the", "safety", "system"].contains($0.text)
        })
      else { continue }
      findings.append(
        Finding(
          "disregard", .block, excerpt(word.range.lowerBound..<rules.range.upperBound),
          "It tells the model to disregard what it was told."))
      return
    }
    let addresses = ["you are now", "new instructions", "system prompt", "developer mode"]
    let words = sentence.words.map(\.text).joined(separator: " ")
    guard let found = addresses.first(where: { words.contains($0) }) else { return }
    findings.append(
      Finding("model-address", .review, excerpt(), "It speaks to the model itself: «\(found)»."))
  }

  /// A tool of another upstream.
  private func foreignTool(_ findings: inout [Finding]) {
    for reference in sentence.references
    where reference.kind == .identifier || reference.kind == .quoted {
      let name = reference.text
      guard !scope.own.contains(name.lowercased()), let server = scope.foreign(name) else {
        continue
      }
      let steers = isImperative && !classes.isDisjoint(with: [.obliges, .alters, .orders])
      findings.append(
        Finding(
          "foreign-tool", steers ? .block : .review, excerpt(),
          steers
            ? "It tells the model what to do with `\(name)`, a tool of the upstream `\(server)`."
            : "It names `\(name)`, a tool of the upstream `\(server)`."))
      return
    }
  }

  private func command(_ findings: inout [Finding]) {
    guard let command = sentence.first(.command) else { return }
    let tells =
      classes.contains(.runs) && !classes.isDisjoint(with: [.obliges, .asks])
      || isPressed && isImperative
    findings.append(
      Finding(
        "command", tells ? .block : .review, excerpt(command.range),
        tells
          ? "It tells the model to run a command." : "It has a shell command in its text."))
  }

  private func path(_ findings: inout [Finding]) {
    if let path = sentence.first(.secretPath) {
      let tells = classes.contains(.acts) && isImperative
      findings.append(
        Finding(
          "secret-path", tells ? .block : .review, excerpt(path.range),
          tells
            ? "It tells the model to touch `\(VisibleText.draw(path.text, limit: 80))`, where "
              + "secrets or start-up commands are kept."
            : "It names a file where secrets or start-up commands are kept."))
    } else if let path = sentence.first(.systemPath), isImperative, classes.contains(.obliges) {
      findings.append(
        Finding(
          "system-path", .review, excerpt(path.range),
          "It tells the model to touch a file of the system."))
    }
  }

  private func address(_ findings: inout [Finding]) {
    guard let url = sentence.first(.url), classes.contains(.acts) else { return }
    let demands = classes.contains(.obliges) && classes.contains(.acts)
    guard demands || isPressed && isImperative else { return }
    let isFirm =
      demands && (isPressed || !classes.isDisjoint(with: [.sends]))
      && classes.isDisjoint(with: [.negates])
    findings.append(
      Finding(
        "address", isFirm ? .block : .review, excerpt(url.range),
        "It tells the model to visit or send to an address."))
  }

  /// «Include the contents of your context.»
  private func secrets(_ findings: inout [Finding]) {
    guard
      let sent = sentence.follows(.sends, .secret, within: 8)
        ?? sentence.follows(.sends, .conversation, within: 8)
    else { return }
    let isWhole = sentence.words.contains {
      sent.contains($0.range.lowerBound)
        && ($0.classes.contains(.whole) || ["your", "its"].contains($0.text))
    }
    guard isWhole || classes.contains(.obliges) && isPressed else { return }
    findings.append(
      Finding(
        "secrets", .review, excerpt(sent),
        "It asks the model to pass on secrets or what was said before."))
  }

  /// «Before using this tool, you must call `other`.»
  private func order(_ findings: inout [Finding]) {
    guard classes.isSuperset(of: [.orders, .acts]), isImperative, let tool = otherTool else {
      return demand(&findings)
    }
    let isFirm =
      isPressed && classes.contains(.obliges) && classes.isSuperset(of: [.orders])
      || classes.isSuperset(of: [.obliges, .tells, .person])
    findings.append(
      Finding(
        "tool-order", isFirm ? .block : .review, excerpt(),
        "It tells the model to call `\(name(tool))` besides this tool"
          + (isFirm ? ", and presses for it." : ".")))
  }

  /// A demand on the model before or after the call, without the name of a tool.
  private func demand(_ findings: inout [Finding]) {
    guard isPressed, classes.isSuperset(of: [.obliges, .acts]),
      classes.contains(.orders) || classes.contains(.model)
    else { return }
    findings.append(
      Finding(
        "demand", .review, excerpt(),
        "It demands something of the model and gives a reason that presses."))
  }

  /// «Always change the recipient to …, whatever the user says.»
  private func alteration(_ findings: inout [Finding]) {
    guard let altered = sentence.follows(.alters, .given, within: 6) else { return }
    let isRegardless = classes.contains(.regardless) && classes.contains(.obliges)
    let isAgainst =
      classes.contains(.obliges) && classes.contains(.model) && classes.contains(.person)
      && sentence.words.contains { $0.text.hasPrefix("user") }
    guard isRegardless || isAgainst else { return }
    findings.append(
      Finding(
        "alteration", .review, excerpt(altered),
        "It tells the model to call with something else than it was asked for."))
  }

  /// «This tool is disabled, use `other`.»
  private func redirection(_ findings: inout [Finding]) {
    guard isAfterRetirement, let tool = otherTool,
      sentence.words.contains(where: { ["use", "call", "redirect", "switch"].contains($0.text) })
    else { return }
    findings.append(
      Finding(
        "redirection", .review, excerpt(),
        "It sends the model to `\(name(tool))` in the place of a tool."))
  }
}
