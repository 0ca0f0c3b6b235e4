/// The IP addresses that share a prefix (RFC 4632): `10.0.0.0/8`, `2001:db8::/32`, or a single one.
public struct AddressRange: Sendable, Hashable {
  private let bytes: [UInt8]
  private let prefixLength: Int

  /// An address in digits, with or without `/` and the length of a prefix; nil for other text.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let host = parts.first, parts.count <= 2, !host.hasPrefix("["),
      let address = SocketAddress(numeric: String(host), port: 0)?.unmapped
    else { return nil }
    bytes = address.bytes
    guard parts.count == 2 else {
      prefixLength = bytes.count * 8
      return
    }
    guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(parts[1]),
      length <= bytes.count * 8
    else { return nil }
    prefixLength = length
  }

  /// Whether an address in digits is one of them.
  public func contains(_ address: String) -> Bool {
    guard let other = SocketAddress(numeric: address, port: 0)?.unmapped.bytes,
      other.count == bytes.count
    else { return false }
    for index in 0..<bytes.count {
      let bits = min(8, prefixLength - index * 8)
      guard bits > 0 else { return true }
      let mask = UInt8(truncatingIfNeeded: 0xFF << (8 - bits))
      guard bytes[index] & mask == other[index] & mask else { return false }
    }
    return true
  }

  /// An address as it is written here: IPv4 for one that is only mapped into IPv6, no port, no
  /// brackets. Nil for what is no address with or without a port.
  public static func plain(_ text: String) -> String? {
    if let address = SocketAddress(numeric: text, port: 0) { return address.unmapped.text }
    guard let colon = text.lastIndex(of: ":"), UInt16(text[text.index(after: colon)...]) != nil
    else { return nil }
    let host = String(text[..<colon])
    // Without brackets the last group of an IPv6 address looks like a port.
    guard host.hasPrefix("[") || !host.utf8.contains(UInt8(ascii: ":")) else { return nil }
    return SocketAddress(numeric: host, port: 0)?.unmapped.text
  }
}
