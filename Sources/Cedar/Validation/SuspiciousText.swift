/// Warns of text that does not show what it says: characters that reverse the direction of
/// writing, and words with letters of alphabets that look alike.
enum SuspiciousText {
  /// Looks at the strings, patterns, names and ids of a policy.
  static func check(_ policy: PolicySyntax, _ findings: inout FindingCollector) {
    for uid in policy.scopeEntities { check(uid.id, at: policy.offset, nil, &findings) }
    for (index, node) in policy.tree.nodes.enumerated() {
      let id = Expression.ID(index: Int32(index))
      let offset = Int(node.offset)
      switch node.kind {
      case .literal(.string(let text)): check(text, at: offset, id, &findings)
      case .literal(.entity(let uid)): check(uid.id, at: offset, id, &findings)
      case .like(_, let pattern):
        for case .text(let text) in pattern.pieces { check(text, at: offset, id, &findings) }
      case .attribute(_, let name): check(name.text, at: offset, id, &findings)
      case .has(_, let names):
        for name in names { check(name.text, at: offset, id, &findings) }
      case .record(let members):
        for member in members { check(member.name.text, at: offset, id, &findings) }
      default: break
      }
    }
  }

  private static func check(
    _ text: String, at offset: Int, _ node: Expression.ID?, _ findings: inout FindingCollector
  ) {
    guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return }
    if let scalar = text.unicodeScalars.first(where: isDirectional),
      findings.isNew(.bidirectionalText, at: offset, node: node)
    {
      findings.add(
        .bidirectionalText, at: offset,
        "the text contains the invisible U+\(String(scalar.value, radix: 16, uppercase: true)), "
          + "which changes the order in which it is shown",
        help: "leave it out, or write it as an escape")
    }
    if let word = mixedWord(text), findings.isNew(.mixedScripts, at: offset, node: node) {
      findings.add(
        .mixedScripts, at: offset,
        "the word \(Quoting.quote(word)) mixes letters of several alphabets, which can look alike",
        help: "type the word again, or write what is meant as escapes")
    }
  }

  private static func isDirectional(_ scalar: Unicode.Scalar) -> Bool {
    (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
  }

  /// The alphabets of which some letters cannot be told apart.
  private enum Alphabet { case latin, greek, cyrillic, armenian, cherokee }

  private static func alphabet(_ scalar: Unicode.Scalar) -> Alphabet? {
    switch scalar.value {
    case 0x41...0x5A, 0x61...0x7A, 0xAA, 0xBA, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x24F,
      0x1E00...0x1EFF, 0xFF21...0xFF3A, 0xFF41...0xFF5A:
      .latin
    case 0x370...0x3FF, 0x1F00...0x1FFF: .greek
    case 0x400...0x52F, 0x1C80...0x1C8F, 0x2DE0...0x2DFF, 0xA640...0xA69F: .cyrillic
    case 0x531...0x588: .armenian
    case 0x13A0...0x13FF, 0xAB70...0xABBF: .cherokee
    default: nil
    }
  }

  /// The first word, a run of letters, with letters of two alphabets; shortened when long.
  private static func mixedWord(_ text: String) -> String? {
    var first: Alphabet?
    var isMixed = false
    var word = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      guard scalar.properties.isAlphabetic else {
        if isMixed { break }
        first = nil
        word = String.UnicodeScalarView()
        continue
      }
      if word.count < 40 { word.append(scalar) }
      guard let alphabet = alphabet(scalar) else { continue }
      isMixed = isMixed || first != nil && first != alphabet
      first = alphabet
    }
    return isMixed ? String(word) : nil
  }
}
