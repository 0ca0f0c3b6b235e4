extension JSONNode {
  /// The value at a JSON pointer (RFC 6901), such as `/a/b/0`; nil when there is none or the
  /// pointer is malformed.
  public func pointer(_ pointer: String) -> JSONNode? {
    JSONPointer.tokens(of: pointer)?.reduce(self as JSONNode?) { node, token in
      node?.descend(token)
    }
  }

  /// The member or element that a reference token names.
  func descend(_ token: String) -> JSONNode? {
    switch kind {
    case .object: self[member: token]
    case .array: JSONPointer.index(token).flatMap { self[element: $0] }
    default: nil
    }
  }
}

/// The syntax of JSON pointers (RFC 6901).
public enum JSONPointer {
  /// The reference tokens without escapes; nil when the pointer is malformed.
  public static func tokens(of pointer: String) -> [String]? {
    if pointer.isEmpty { return [] }
    guard pointer.utf8.first == UInt8(ascii: "/") else { return nil }
    var tokens: [String] = []
    for token in pointer.utf8.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    {
      guard let token = unescaped(token) else { return nil }
      tokens.append(token)
    }
    return tokens
  }

  /// A token as it stands in a pointer: `~` as `~0`, `/` as `~1`.
  public static func escaped(_ token: String) -> String {
    guard token.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") })
    else { return token }
    var escaped: [UInt8] = []
    for byte in token.utf8 {
      switch byte {
      case UInt8(ascii: "~"): escaped += [byte, UInt8(ascii: "0")]
      case UInt8(ascii: "/"): escaped += [UInt8(ascii: "~"), UInt8(ascii: "1")]
      default: escaped.append(byte)
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  private static func unescaped(_ token: Substring.UTF8View) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(token.count)
    var at = token.startIndex
    while at < token.endIndex {
      var byte = token[at]
      at = token.index(after: at)
      if byte == UInt8(ascii: "~") {
        guard at < token.endIndex else { return nil }
        switch token[at] {
        case UInt8(ascii: "0"): byte = UInt8(ascii: "~")
        case UInt8(ascii: "1"): byte = UInt8(ascii: "/")
        default: return nil
        }
        at = token.index(after: at)
      }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The array index a token spells: digits without a leading zero.
  static func index(_ token: String) -> Int? {
    guard let first = token.utf8.first, token.utf8.allSatisfy(\.isDigit) else { return nil }
    if first == UInt8(ascii: "0"), token.utf8.count > 1 { return nil }
    return Int(token)
  }
}
