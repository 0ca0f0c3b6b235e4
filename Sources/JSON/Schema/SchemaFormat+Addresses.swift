/// Host names and addresses.
enum HostFormat {
  typealias Text = Slice<UnsafeBufferPointer<UInt8>>

  /// RFC 1123 section 2.1: labels of letters, digits and inner hyphens. `--` in the third place is
  /// left to A-labels (RFC 5891 section 4.2.3.1).
  static func isName(_ text: Text) -> Bool {
    guard !text.isEmpty, text.count <= 253 else { return false }
    return text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .allSatisfy(isLabel)
  }

  private static func isLabel(_ label: Text) -> Bool {
    guard let first = label.first, let last = label.last, label.count <= 63,
      first != UInt8(ascii: "-"), last != UInt8(ascii: "-"),
      label.allSatisfy({ $0.isAlphanumeric || $0 == UInt8(ascii: "-") })
    else { return false }
    let bytes = Array(label)
    guard bytes.count >= 4, bytes[2] == UInt8(ascii: "-"), bytes[3] == UInt8(ascii: "-") else {
      return true
    }
    return bytes[0] | 0x20 == UInt8(ascii: "x") && bytes[1] | 0x20 == UInt8(ascii: "n")
      && bytes.count > 4
  }

  /// Four decimal numbers without leading zeros.
  static func isIPv4(_ text: Text) -> Bool {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        guard (1...3).contains(part.count), part.allSatisfy(\.isDigit) else { return false }
        if part.count > 1, part.first == UInt8(ascii: "0") { return false }
        return part.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } < 256
      }
  }

  /// RFC 4291 section 2.2.
  static func isIPv6(_ text: Text) -> Bool {
    var parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count >= 3, parts.count <= 9 else { return false }
    var groups = 0
    let endsInIPv4 = parts.last?.contains(UInt8(ascii: ".")) == true
    if endsInIPv4 {
      guard isIPv4(parts.removeLast()) else { return false }
      groups = 2
    }
    var gaps = 0
    for (index, part) in parts.enumerated() {
      if part.isEmpty {
        // `::` leaves one empty part, and at either end of the text one more beside it.
        if index == 0 {
          guard parts[1].isEmpty else { return false }
        } else if index == parts.count - 1, !endsInIPv4 {
          guard parts[index - 1].isEmpty else { return false }
        } else {
          gaps += 1
        }
        continue
      }
      guard part.count <= 4, part.allSatisfy({ $0.hexadecimalValue != nil }) else { return false }
      groups += 1
    }
    return gaps == 0 ? groups == 8 : gaps == 1 && groups <= 7
  }
}

/// E-mail addresses (RFC 5321 section 4.1.2, RFC 6531).
enum EmailFormat {
  static func matches(_ text: UnsafeBufferPointer<UInt8>, allowsUnicode: Bool) -> Bool {
    guard let at = text.lastIndex(of: UInt8(ascii: "@")) else { return false }
    return isLocal(text[..<at], allowsUnicode) && isDomain(text[(at + 1)...], allowsUnicode)
  }

  private static func isLocal(_ local: HostFormat.Text, _ allowsUnicode: Bool) -> Bool {
    guard let first = local.first else { return false }
    if first == UInt8(ascii: "\"") { return isQuoted(local, allowsUnicode) }
    return local.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .allSatisfy { atom in
        !atom.isEmpty
          && atom.allSatisfy {
            $0.isAlphanumeric || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0)
              || allowsUnicode && $0 >= 0x80
          }
      }
  }

  private static func isQuoted(_ local: HostFormat.Text, _ allowsUnicode: Bool) -> Bool {
    guard local.count >= 2, local.last == UInt8(ascii: "\"") else { return false }
    var isEscaped = false
    for byte in local.dropFirst().dropLast() {
      if byte < 0x20 || byte == 0x7F || byte >= 0x80 && !allowsUnicode { return false }
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        return false
      }
    }
    return !isEscaped
  }

  private static func isDomain(_ domain: HostFormat.Text, _ allowsUnicode: Bool) -> Bool {
    if domain.first == UInt8(ascii: "["), domain.last == UInt8(ascii: "]"), domain.count > 2 {
      let literal = domain.dropFirst().dropLast()
      let prefix = "IPv6:".utf8
      if literal.starts(with: prefix) { return HostFormat.isIPv6(literal.dropFirst(prefix.count)) }
      return HostFormat.isIPv4(literal)
    }
    if allowsUnicode, domain.contains(where: { $0 >= 0x80 }) {
      return domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        .allSatisfy { label in
          !label.isEmpty
            && label.allSatisfy { $0.isAlphanumeric || $0 == UInt8(ascii: "-") || $0 >= 0x80 }
        }
    }
    return HostFormat.isName(domain)
  }
}

extension UInt8 {
  var isAlphanumeric: Bool { isDigit || (self | 0x20) &- UInt8(ascii: "a") < 26 }
}
