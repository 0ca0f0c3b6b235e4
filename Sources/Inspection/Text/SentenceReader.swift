/// Cuts a text into sentences in one pass.
struct SentenceReader {
  /// A sentence is cut after so many words.
  static let wordsMax = 96

  private let text: InspectedText
  private var sentences: [Sentence] = []
  private var sentence = Sentence()

  private init(_ text: InspectedText) { self.text = text }

  static func sentences(of text: InspectedText) -> [Sentence] {
    var reader = SentenceReader(text)
    reader.read()
    return reader.sentences
  }

  private mutating func read() {
    let bytes = text.ascii
    var position = 0
    var lineEnds = 0
    while position < bytes.count {
      let byte = bytes[position]
      if byte == 0x20 || byte == 0x0A {
        lineEnds += byte == 0x0A ? 1 : 0
        position += 1
        continue
      }
      var end = position + 1
      while end < bytes.count, bytes[end] != 0x20, bytes[end] != 0x0A { end += 1 }
      if lineEnds > 1 || lineEnds == 1 && (end - position == 1 || byte == 0x23) { finish() }
      lineEnds = 0
      read(chunk: position..<end)
      position = end
    }
    finish()
  }

  private mutating func finish() {
    if !sentence.isEmpty {
      Commands.find(in: text, &sentence)
      sentences.append(sentence)
    }
    sentence = Sentence()
  }

  private mutating func read(chunk: Range<Int>) {
    let bytes = text.ascii
    var (start, end) = (chunk.lowerBound, chunk.upperBound)
    var isQuoted = false
    while start < end, Self.isWrapping(bytes[start]) {
      isQuoted = isQuoted || Self.isQuote(bytes[start])
      start += 1
    }
    var ends = false
    while end > start, Self.isWrapping(bytes[end - 1]) || Self.isClosing(bytes[end - 1]) {
      ends = ends || bytes[end - 1] == 0x2E || bytes[end - 1] == 0x21 || bytes[end - 1] == 0x3F
      end -= 1
    }
    if start < end { read(core: start..<end, isQuoted: isQuoted) }
    if ends && end - start > 1 && !Self.isAbbreviation(bytes[start..<end])
      || sentence.words.count >= Self.wordsMax
    {
      finish()
    }
  }

  private mutating func read(core: Range<Int>, isQuoted: Bool) {
    if let kind = Addresses.kind(of: text.ascii[core]) {
      sentence.references.append(
        .init(kind: kind, text: text.string(core), range: core))
      guard kind == .secretPath else { return }
    }
    var start = core.lowerBound
    var position = start
    while position <= core.upperBound {
      if position < core.upperBound, Self.isWordByte(text.ascii[position]) {
        position += 1
        continue
      }
      if position > start { read(word: start..<position, isQuoted: isQuoted, in: core) }
      position += 1
      start = position
    }
  }

  private mutating func read(word range: Range<Int>, isQuoted: Bool, in core: Range<Int>) {
    let bytes = text.ascii[range]
    if Self.isIdentifier(bytes) {
      sentence.references.append(
        .init(kind: .identifier, text: text.string(range), range: range))
      return
    }
    if isQuoted, range == core, range.count >= 3 {
      sentence.references.append(.init(kind: .quoted, text: text.string(range), range: range))
    }
    let word = text.string(range).lowercased()
    let classes = WordClass.of(word)
    if sentence.words.isEmpty { sentence.beginsWithAct = classes.contains(.acts) }
    sentence.classes.formUnion(classes)
    sentence.words.append(.init(text: word, classes: classes, range: range))
  }

  /// Whether a word is the name of something in a program: `a_b`, `a-b` with more than one hyphen,
  /// `aB`.
  private static func isIdentifier(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first, bytes.count >= 3, isLetter(first) else { return false }
    let inner = bytes.dropFirst().dropLast()
    if inner.contains(0x5F) || inner.count(where: { $0 == 0x2D }) > 1 { return true }
    guard first >= 0x61, bytes.allSatisfy(isLetter) else { return false }
    return bytes.dropFirst().contains { $0 < 0x5B }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || byte >= 0x30 && byte <= 0x39 || byte == 0x5F || byte == 0x2D || byte == 0x27
      || byte == InspectedText.other
  }

  /// Quotes, brackets and markup around a word.
  private static func isWrapping(_ byte: UInt8) -> Bool {
    isQuote(byte) || byte == 0x28 || byte == 0x29 || byte == 0x5B || byte == 0x5D || byte == 0x2A
      || byte == 0x7B || byte == 0x7D
  }

  private static func isQuote(_ byte: UInt8) -> Bool {
    byte == 0x22 || byte == 0x27 || byte == 0x60
  }

  private static func isClosing(_ byte: UInt8) -> Bool {
    byte == 0x2E || byte == 0x2C || byte == 0x21 || byte == 0x3F || byte == 0x3A || byte == 0x3B
  }

  private static func isAbbreviation(_ bytes: ArraySlice<UInt8>) -> Bool {
    ["e.g", "i.e", "etc", "vs", "cf", "resp"].contains { bytes.elementsEqual($0.utf8) }
  }
}
