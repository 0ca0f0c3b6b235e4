/// What a person who reads a text on a screen does not see.
enum HiddenText {
  /// Spaces and tabs in a row that push text out of sight.
  static let spacesMax = 80
  /// Line ends in a row that do.
  static let lineEndsMax = 20

  private static let spelledOut = Needles(["\\x1b[", "\\u001b[", "\\033[", "\\e["])
  private static let openings = Needles([
    "<!--", "[//]: #", "[comment]: #", "display:none", "display: none", "visibility:hidden",
  ])

  /// - Parameter isRendered: false for a command or an address, where markup hides nothing.
  static func find(in text: InspectedText, isRendered: Bool = true) -> [Finding] {
    var findings: [Finding] = []
    characters(in: text, &findings)
    whitespace(in: text, &findings)
    if isRendered { comments(in: text, &findings) }
    mixedScripts(in: text, &findings)
    return findings
  }

  private static func characters(in text: InspectedText, _ findings: inout [Finding]) {
    guard text.source.contains(where: { $0.value < 0x20 || $0.value > 0x7E }) else {
      return escapes(in: text, &findings)
    }
    var counts: [InvisibleCharacter: Int] = [:]
    var first: Int?
    var firstControl: Int?
    for index in text.source.indices {
      guard let kind = InvisibleCharacter(at: index, in: text.source) else { continue }
      counts[kind, default: 0] += 1
      if kind == .control || kind == .terminal {
        firstControl = firstControl ?? index
      } else {
        first = first ?? index
      }
    }
    func list(_ kinds: [InvisibleCharacter]) -> String {
      kinds.compactMap { kind in counts[kind].map { "\($0) \(kind.rawValue)" } }
        .joined(separator: ", ")
    }
    if let first {
      findings.append(
        Finding(
          "hidden-characters", .block,
          VisibleText.excerpt(text.source, around: first..<first + 1),
          "It has characters that are read and that a person cannot see: "
            + list([.zeroWidth, .direction, .tag, .selector, .filler]) + "."))
    }
    if let firstControl {
      findings.append(
        Finding(
          "control-characters", .block,
          VisibleText.excerpt(text.source, around: firstControl..<firstControl + 1),
          "It has characters that can hide or overwrite text on a terminal: "
            + list([.terminal, .control]) + "."))
    } else {
      escapes(in: text, &findings)
    }
  }

  /// Escape sequences that are spelled out.
  private static func escapes(in text: InspectedText, _ findings: inout [Finding]) {
    guard let found = spelledOut.first(in: text) else { return }
    findings.append(
      Finding(
        "control-characters", .block, text.excerpt(found.range),
        "It spells out a terminal control sequence."))
  }

  private static func whitespace(in text: InspectedText, _ findings: inout [Finding]) {
    var (start, spaces, lineEnds) = (0, 0, 0)
    for (position, byte) in text.ascii.enumerated() {
      if byte == 0x20 || byte == 0x0A {
        if spaces + lineEnds == 0 { start = position }
        spaces += byte == 0x20 ? 1 : 0
        lineEnds += byte == 0x0A ? 1 : 0
        continue
      }
      if start > 0, lineEnds >= lineEndsMax || lineEnds == 0 && spaces >= spacesMax {
        let after = position..<min(position + 80, text.ascii.count)
        findings.append(
          Finding(
            "hidden-whitespace", .block, text.excerpt(after),
            "\(spaces + lineEnds) blanks in a row push the text that follows out of sight."))
        return
      }
      (spaces, lineEnds) = (0, 0)
    }
  }

  private static func comments(in text: InspectedText, _ findings: inout [Finding]) {
    guard let found = openings.first(in: text) else { return }
    findings.append(
      Finding(
        "hidden-comment", .block,
        text.excerpt(found.range.lowerBound..<min(found.range.upperBound + 60, text.ascii.count)),
        "It has a comment or an element that is not shown where the text is rendered, and that a "
          + "model reads."))
  }

  /// A word with letters of two alphabets that look alike.
  private static func mixedScripts(in text: InspectedText, _ findings: inout [Finding]) {
    var start = 0
    var (latin, imitations, others) = (0, 0, 0)
    for (index, scalar) in text.source.enumerated() {
      let isLatin = scalar.value < 0x250 && scalar.properties.isAlphabetic
      let isImitation = Confusables.imitates(scalar)
      if isLatin || isImitation || scalar.properties.isAlphabetic {
        if latin + imitations + others == 0 { start = index }
        latin += isLatin ? 1 : 0
        imitations += isImitation ? 1 : 0
        others += !isLatin && !isImitation ? 1 : 0
        guard index + 1 == text.source.count else { continue }
      }
      // An alphabet of its own has letters that are no Latin ones, too.
      if latin > 1, imitations > 0, others == 0 {
        findings.append(
          Finding(
            "mixed-alphabets", .review,
            VisibleText.excerpt(text.source, around: start..<index + 1),
            "A word mixes Latin letters with letters of another alphabet that look like them."))
        return
      }
      (latin, imitations, others) = (0, 0, 0)
    }
  }
}
