/// URIs (RFC 3986) and, with other Unicode characters, IRIs (RFC 3987).
enum URIFormat {
  private typealias Text = HostFormat.Text

  static func matches(
    _ text: UnsafeBufferPointer<UInt8>, allowsUnicode: Bool, needsScheme: Bool
  ) -> Bool {
    var rest = text[...]
    var hasScheme = false
    if let colon = rest.firstIndex(where: { ":/?#".utf8.contains($0) }),
      rest[colon] == UInt8(ascii: ":")
    {
      guard isScheme(rest[..<colon]) else { return false }
      hasScheme = true
      rest = rest[(colon + 1)...]
    }
    if needsScheme, !hasScheme { return false }
    if let hash = rest.firstIndex(of: UInt8(ascii: "#")) {
      guard isMade(rest[(hash + 1)...], of: ":@/?", allowsUnicode) else { return false }
      rest = rest[..<hash]
    }
    if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
      guard isMade(rest[(mark + 1)...], of: ":@/?", allowsUnicode) else { return false }
      rest = rest[..<mark]
    }
    if rest.starts(with: "//".utf8) {
      rest = rest.dropFirst(2)
      let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
      guard isAuthority(rest[..<end], allowsUnicode) else { return false }
      rest = rest[end...]
    }
    return isMade(rest, of: ":@/", allowsUnicode)
  }

  private static func isScheme(_ scheme: Text) -> Bool {
    guard let first = scheme.first, first.isAlphanumeric, !first.isDigit else { return false }
    return scheme.allSatisfy { $0.isAlphanumeric || "+-.".utf8.contains($0) }
  }

  private static func isAuthority(_ authority: Text, _ allowsUnicode: Bool) -> Bool {
    var rest = authority
    if let at = rest.lastIndex(of: UInt8(ascii: "@")) {
      guard isMade(rest[..<at], of: ":", allowsUnicode) else { return false }
      rest = rest[(at + 1)...]
    }
    if rest.first == UInt8(ascii: "[") {
      guard let close = rest.firstIndex(of: UInt8(ascii: "]")),
        isIPLiteral(rest[rest.index(after: rest.startIndex)..<close])
      else { return false }
      rest = rest[(close + 1)...]
      if rest.isEmpty { return true }
      return rest.first == UInt8(ascii: ":") && rest.dropFirst().allSatisfy(\.isDigit)
    }
    if let colon = rest.lastIndex(of: UInt8(ascii: ":")) {
      guard rest[(colon + 1)...].allSatisfy(\.isDigit) else { return false }
      rest = rest[..<colon]
    }
    return isMade(rest, of: "", allowsUnicode)
  }

  private static func isIPLiteral(_ text: Text) -> Bool {
    if HostFormat.isIPv6(text) { return true }
    guard let first = text.first, first | 0x20 == UInt8(ascii: "v"),
      let dot = text.firstIndex(of: UInt8(ascii: "."))
    else { return false }
    let version = text[..<dot].dropFirst()
    let address = text[(dot + 1)...]
    return !version.isEmpty && version.allSatisfy { $0.hexadecimalValue != nil }
      && !address.isEmpty && isMade(address, of: ":", false)
  }

  /// Unreserved characters, sub-delims, percent-encoded bytes, and these.
  private static func isMade(
    _ text: Text, of extra: String, _ allowsUnicode: Bool
  ) -> Bool {
    var at = text.startIndex
    while at < text.endIndex {
      let byte = text[at]
      if byte == UInt8(ascii: "%") {
        guard at + 2 < text.endIndex, text[at + 1].hexadecimalValue != nil,
          text[at + 2].hexadecimalValue != nil
        else { return false }
        at += 3
        continue
      }
      let isFine =
        byte.isAlphanumeric || "-._~!$&'()*+,;=".utf8.contains(byte) || extra.utf8.contains(byte)
        || allowsUnicode && byte >= 0x80
      if !isFine { return false }
      at += 1
    }
    return true
  }
}

/// URI templates (RFC 6570 section 2; erratum 6937 allows the apostrophe).
enum URITemplateFormat {
  static func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var at = 0
    while at < text.count {
      let byte = text[at]
      if byte == UInt8(ascii: "{") {
        guard let close = text[at...].firstIndex(of: UInt8(ascii: "}")),
          isExpression(text[(at + 1)..<close])
        else { return false }
        at = close + 1
        continue
      }
      if byte == UInt8(ascii: "%") {
        guard at + 2 < text.count, text[at + 1].hexadecimalValue != nil,
          text[at + 2].hexadecimalValue != nil
        else { return false }
      }
      if byte <= 0x20 || byte == 0x7F || "\"<>\\^`|}".utf8.contains(byte) { return false }
      at += 1
    }
    return true
  }

  private static func isExpression(_ text: HostFormat.Text) -> Bool {
    var rest = text
    if let first = rest.first, "+#./;?&=,!@|".utf8.contains(first) { rest = rest.dropFirst() }
    return rest.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .allSatisfy(isVariable)
  }

  private static func isVariable(_ text: HostFormat.Text) -> Bool {
    var name = text
    if name.last == UInt8(ascii: "*") {
      name = name.dropLast()
    } else if let colon = name.firstIndex(of: UInt8(ascii: ":")) {
      let length = name[(colon + 1)...]
      guard (1...4).contains(length.count), length.allSatisfy(\.isDigit),
        length.first != UInt8(ascii: "0")
      else { return false }
      name = name[..<colon]
    }
    return name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .allSatisfy { part in
        !part.isEmpty
          && part.allSatisfy {
            $0.isAlphanumeric || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "%")
          }
      }
  }
}
