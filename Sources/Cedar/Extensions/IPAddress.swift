/// An IPv4 or IPv6 address, or the range that a prefix length makes of it.
public struct IPAddress: Hashable, Sendable, CustomStringConvertible {
  /// Whether this is IPv6.
  public let isIPv6: Bool
  /// The address, in the lowest 32 bits for IPv4.
  public let bits: UInt128
  /// The number of leading bits that a member of the range shares with `bits`: at most 32 for
  /// IPv4 and 128 for IPv6, which is a single address.
  public let prefixLength: Int

  private var width: Int { isIPv6 ? 128 : 32 }
  private var hostBits: UInt128 {
    let count = width - prefixLength
    return count == 128 ? .max : (1 << UInt128(count)) - 1
  }
  private var first: UInt128 { bits & ~hostBits }
  private var last: UInt128 { bits | hostBits }

  private init(isIPv6: Bool, bits: UInt128, prefixLength: Int) {
    self.isIPv6 = isIPv6
    self.bits = bits
    self.prefixLength = prefixLength
  }

  /// Reads an address with an optional `/prefix`; nil for other text. Numbers have no leading
  /// zeros, and an IPv6 address does not end in an IPv4 address.
  public init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count <= 2, let address = parts.first, address.count <= 39 else { return nil }
    if let bits = IPAddress.version4(address) {
      self.init(isIPv6: false, bits: bits, prefixLength: 32)
    } else if let bits = IPAddress.version6(address) {
      self.init(isIPv6: true, bits: bits, prefixLength: 128)
    } else {
      return nil
    }
    if parts.count == 2 {
      guard let length = IPAddress.number(parts[1], atMost: UInt128(width)) else { return nil }
      self.init(isIPv6: isIPv6, bits: bits, prefixLength: Int(length))
    }
  }

  /// Whether every address of this range is in `range`.
  public func isInRange(_ range: IPAddress) -> Bool {
    isIPv6 == range.isIPv6 && range.first <= first && last <= range.last
  }

  /// Whether the range is within 127.0.0.0/8 or is ::1.
  public var isLoopback: Bool {
    isInRange(
      isIPv6
        ? IPAddress(isIPv6: true, bits: 1, prefixLength: 128)
        : IPAddress(isIPv6: false, bits: 127 << 24, prefixLength: 8))
  }

  /// Whether the range is within 224.0.0.0/4 or ff00::/8.
  public var isMulticast: Bool {
    isInRange(
      isIPv6
        ? IPAddress(isIPv6: true, bits: 0xFF << 120, prefixLength: 8)
        : IPAddress(isIPv6: false, bits: 224 << 24, prefixLength: 4))
  }

  private typealias Bytes = Substring.UTF8View

  private static func number(_ digits: Bytes, atMost limit: UInt128) -> UInt128? {
    guard (1...3).contains(digits.count) else { return nil }
    if digits.count > 1, digits.first == UInt8(ascii: "0") { return nil }
    var value: UInt128 = 0
    for byte in digits {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      value = value * 10 + UInt128(byte - UInt8(ascii: "0"))
    }
    return value <= limit ? value : nil
  }

  private static func version4(_ text: Bytes) -> UInt128? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bits: UInt128 = 0
    for part in parts {
      guard let octet = number(part, atMost: 255) else { return nil }
      bits = bits << 8 | octet
    }
    return bits
  }

  private static func version6(_ text: Bytes) -> UInt128? {
    let colon = UInt8(ascii: ":")
    var groups: [UInt128] = []
    var gap: Int?
    var rest = text
    if rest.starts(with: [colon, colon]) {
      gap = 0
      rest = rest.dropFirst(2)
    }
    while !rest.isEmpty {
      let digits = rest.prefix { $0 != colon }
      guard let group = hexadecimal(digits) else { return nil }
      groups.append(group)
      rest = rest.dropFirst(digits.count)
      if rest.isEmpty { break }
      rest = rest.dropFirst()
      if rest.first == colon {
        guard gap == nil else { return nil }
        gap = groups.count
        rest = rest.dropFirst()
      } else if rest.isEmpty {
        return nil
      }
    }
    if let gap {
      guard groups.count < 8 else { return nil }
      groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
    }
    guard groups.count == 8 else { return nil }
    return groups.reduce(0) { $0 << 16 | $1 }
  }

  private static func hexadecimal(_ digits: Bytes) -> UInt128? {
    guard (1...4).contains(digits.count) else { return nil }
    var value: UInt128 = 0
    for byte in digits {
      guard let digit = byte.hexadecimalDigit else { return nil }
      value = value << 4 | UInt128(digit)
    }
    return value
  }

  /// The address, with `/prefix` when it is a range.
  public var description: String {
    let address: String
    if isIPv6 {
      address = (0..<8).reversed().map { index in
        String((bits >> UInt128(index * 16)) & 0xFFFF, radix: 16)
      }.joined(separator: ":")
    } else {
      address = (0..<4).reversed().map { index in
        String((bits >> UInt128(index * 8)) & 0xFF)
      }.joined(separator: ".")
    }
    return prefixLength == width ? address : "\(address)/\(prefixLength)"
  }
}

extension UInt8 {
  /// The value of an ASCII hexadecimal digit.
  var hexadecimalDigit: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
