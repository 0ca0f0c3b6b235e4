/// Finds what in a query is a value and not a wish: quoted text, addresses, paths, file names.
enum QueryLiterals {
  struct Span: Equatable {
    var text: String
    var isLiteral: Bool
    /// What kind of value it is, as a tool would call it.
    var hint: String?
  }

  /// The query in pieces.
  static func spans(of text: String) -> [Span] {
    isPlain(text) ? [Span(text: text, isLiteral: false)] : pieces(of: text)
  }

  /// Whether no character begins a literal: found out byte by byte, which most queries need alone.
  private static func isPlain(_ text: String) -> Bool {
    var before: UInt8 = 0x20
    for byte in text.utf8 {
      switch byte {
      case 0x80..., UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "@"), UInt8(ascii: "/"):
        return false
      case UInt8(ascii: "'"): if !isWord(before) { return false }
      default: if before == UInt8(ascii: "."), isWord(byte) { return false }
      }
      before = byte
    }
    return !text.isEmpty
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
  }

  static func pieces(of text: String) -> [Span] {
    var spans: [Span] = []
    var plain = ""
    func endPlain() {
      if !plain.isEmpty { spans.append(Span(text: plain, isLiteral: false)) }
      plain = ""
    }
    var rest = Substring(text)
    var before: Character = " "
    while let first = rest.first {
      if let end = wordEnd(of: rest.utf8, isWithinWord: isWord(before)) {
        plain += rest[..<end]
        before = "a"
        rest = rest[end...]
        continue
      }
      if let close = closing(first), !(first == "'" && isWord(before)),
        let end = rest.dropFirst().firstIndex(where: { $0 == close }),
        rest.distance(from: rest.startIndex, to: end) <= quotedMax
      {
        endPlain()
        let quoted = rest[rest.index(after: rest.startIndex)..<end]
        spans += literal(quoted)
        rest = rest[rest.index(after: end)...]
        before = close
        continue
      }
      if !isWord(before) {
        let token = rest.prefix { !$0.isWhitespace && closing($0) == nil || $0 == "'" }
        if let hint = hint(of: token) {
          endPlain()
          spans.append(Span(text: value(token), isLiteral: true, hint: hint))
          if let ending = ending(of: token) {
            spans.append(Span(text: ending, isLiteral: false))
          }
          rest = rest[token.endIndex...]
          before = " "
          continue
        }
      }
      plain.append(first)
      before = first
      rest = rest.dropFirst()
    }
    endPlain()
    return spans
  }

  /// Where letters and digits of ASCII end that begin no literal; nil where characters have to be
  /// looked at.
  private static func wordEnd(
    of text: Substring.UTF8View, isWithinWord: Bool
  ) -> Substring.UTF8View.Index? {
    var end = text.startIndex
    var last = end
    while end < text.endIndex, isWord(text[end]) {
      last = end
      end = text.index(after: end)
    }
    // The last letter may have a mark behind it.
    if end < text.endIndex, text[end] >= 0x80 { end = last }
    guard end > text.startIndex else { return nil }
    if isWithinWord { return end }
    for byte in text[end...] {
      switch byte {
      case 0x09...0x0D, 0x20, UInt8(ascii: "\""), UInt8(ascii: "`"): return end
      case 0x80...: return nil
      default: if isMark(byte) { return nil }
      }
    }
    return end
  }

  /// Characters between quotes; beyond, the quote is taken for something else.
  private static let quotedMax = 400

  private static func literal(_ quoted: Substring) -> [Span] {
    // A quoted command or name of one word often names the thing itself.
    [Span(text: String(quoted), isLiteral: true, hint: hint(of: quoted))]
  }

  private static func closing(_ character: Character) -> Character? {
    switch character {
    case "\"", "'", "`": character
    case "“": "”"
    case "‘": "’"
    case "«": "»"
    case "「": "」"
    default: nil
    }
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber
  }

  private static func hint(of token: Substring) -> String? {
    guard token.utf8.contains(where: isMark) else { return nil }
    if token.hasPrefix("http://") || token.hasPrefix("https://") || token.hasPrefix("www.") {
      return "url"
    }
    if let at = token.firstIndex(of: "@"), at > token.startIndex, token[at...].contains(".") {
      return "email"
    }
    let isPath = (token.hasPrefix("/") || token.hasPrefix("~/") || token.hasPrefix("./"))
    if isPath, token.count > 2 || token.dropFirst(2).contains("/") { return "path" }
    return ending(of: token) == nil ? nil : "file"
  }

  /// Whether an address, a path or a file's name may have this byte, and other words have not.
  private static func isMark(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "/") || byte == UInt8(ascii: "@") || byte == UInt8(ascii: ".")
  }

  /// What a literal leaves to be searched for: of an address the host's name.
  private static func value(_ token: Substring) -> String {
    guard let slashes = token.firstRange(of: "://") else { return String(token) }
    return String(token[slashes.upperBound...].prefix { $0 != "/" && $0 != "?" })
  }

  /// The ending of a file's name, of the kinds that tools handle.
  private static func ending(of token: Substring) -> String? {
    let token = token.hasSuffix(".") || token.hasSuffix(",") ? token.dropLast() : token
    guard let dot = token.lastIndex(of: "."), dot > token.startIndex else { return nil }
    let ending = token[token.index(after: dot)...].lowercased()
    return endings.contains(ending) ? ending : nil
  }

  private static let endings: Set<String> = [
    "bmp", "c", "cpp", "css", "csv", "db", "doc", "docx", "epub", "gif", "gz", "html", "ipynb",
    "java", "jpeg", "jpg", "js", "json", "log", "md", "mov", "mp3", "mp4", "parquet", "pdf", "png",
    "ppt", "pptx", "py", "rs", "sh", "sql", "sqlite", "svg", "tf", "toml", "ts", "tsv", "txt",
    "wav", "webp", "xls", "xlsx", "xml", "yaml", "yml", "zip",
  ]
}
