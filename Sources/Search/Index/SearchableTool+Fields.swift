extension SearchableTool {
  /// The words of a field, without those that say nothing.
  func words(of field: Field) -> [String] {
    let texts = self.texts(of: field)
    var words: [String] = []
    for text in texts where words.count < field.wordsMax {
      let found = WordSplitter.words(of: text, limit: field.wordsMax - words.count)
      // A name may be made of nothing but such words.
      words += field == .name ? found : found.filter { !StopWords.contains($0) }
    }
    return words
  }

  private func texts(of field: Field) -> [String] {
    switch field {
    case .name: [name]
    case .title: title.map { [$0] } ?? []
    case .purpose: [String(description[..<purposeEnd])]
    case .details: [String(description[purposeEnd...])]
    case .parameterNames: parameters.map(\.name)
    case .parameterTexts: parameters.flatMap { [$0.text] + $0.values }
    case .server: [server]
    case .serverText: serverText.map { [$0] } ?? []
    case .tags: tags
    case .examples: examples
    }
  }

  /// The first sentence of the description.
  public var purpose: String {
    let sentence = description[..<purposeEnd]
    if Self.isOnOneLine(sentence.utf8) { return String(sentence) }
    return sentence.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// Whether a text is of ASCII with single spaces within: most are.
  private static func isOnOneLine(_ text: Substring.UTF8View) -> Bool {
    var before = UInt8(ascii: " ")
    for byte in text {
      let isWord = byte > 0x20 && byte < 0x7F
      guard isWord || byte == UInt8(ascii: " ") && before != byte else { return false }
      before = byte
    }
    return before != UInt8(ascii: " ")
  }

  /// Where the first sentence ends: at a full stop before a space, at an empty line, at a line
  /// break after a full stop.
  private var purposeEnd: String.Index {
    let text = description.utf8
    var index = text.firstIndex { $0 > 0x20 } ?? text.endIndex
    let start = index
    var before: UInt8 = 0
    while index < text.endIndex {
      let byte = text[index]
      let next = text.index(after: index)
      let follows: UInt8 = next < text.endIndex ? text[next] : 0x20
      let isStop =
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "?")
      if isStop, follows <= 0x20, text.distance(from: start, to: index) >= Self.purposeBytesMin,
        !endsAbbreviation(at: index)
      {
        return next
      }
      if byte == 0x0A, before == 0x0A || follows == 0x0A { return index }
      before = byte
      index = next
    }
    return text.endIndex
  }

  /// `e.g.`, `i.e.`, `etc.` end no sentence.
  private func endsAbbreviation(at stop: String.Index) -> Bool {
    ["e.g", "i.e", "vs", "etc"].contains { description[..<stop].hasSuffix($0) }
  }

  private static let purposeBytesMin = 8
}
