/// The rules of names in schemas.
enum SchemaName {
  /// The namespace of the types that come with the language.
  static let builtinNamespace = "__cedar"

  /// Names that no common type can have: the JSON syntax could not tell them from its own.
  static let reservedForTypes: Set<String> = [
    "Bool", "Boolean", "Entity", "Extension", "Long", "Record", "Set", "String",
  ]

  static func joined(_ namespace: String, _ name: String) -> String {
    namespace.isEmpty ? name : "\(namespace)::\(name)"
  }

  /// The type of the actions of a namespace.
  static func actionType(_ namespace: String) -> String { joined(namespace, "Action") }

  /// Whether `text` can be written as one name without quotes.
  static func isIdentifier(_ text: String) -> Bool {
    guard isWord(text) else { return false }
    return !Lexer.reservedWords.contains { word in
      word.utf8CodeUnitCount == text.utf8.count
        && word.withUTF8Buffer { $0.elementsEqual(text.utf8) }
    }
  }

  /// Whether `text` has the form of a name; it may be a reserved word.
  static func isWord(_ text: String) -> Bool {
    guard let first = text.utf8.first, !isDigit(first) else { return false }
    return text.utf8.allSatisfy { byte in
      byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
        || isDigit(byte) || byte == UInt8(ascii: "_")
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  /// The parts of a name, or nil when it is not one.
  static func segments(_ text: String) -> [String]? {
    var segments: [String] = []
    var rest = text.utf8[...]
    while true {
      let segment = rest.prefix { $0 != UInt8(ascii: ":") }
      let name = String(decoding: segment, as: UTF8.self)
      guard isIdentifier(name) else { return nil }
      segments.append(name)
      rest = rest[segment.endIndex...]
      if rest.isEmpty { return segments }
      guard rest.starts(with: "::".utf8) else { return nil }
      rest = rest.dropFirst(2)
    }
  }

  /// Whether `text` can name a namespace or a type: identifiers, none of them `__cedar`.
  static func isDeclarable(_ text: String) -> Bool {
    segments(text)?.contains(builtinNamespace) == false
  }
}
