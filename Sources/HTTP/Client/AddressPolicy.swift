/// Which addresses a URL that came from the network may lead to: only public unicast ones.
///
/// Source: the IANA special-purpose address registries (RFC 6890), RFC 1918, 4193, 4291, 6598.
enum AddressPolicy {
  /// True for an address of four or sixteen bytes that is routed on the public Internet. Addresses
  /// that carry an IPv4 address inside (mapped, NAT64, 6to4) count as what they carry.
  static func isPublic(_ address: [UInt8]) -> Bool {
    switch address.count {
    case 4: isPublicIPv4(address[...])
    case 16: isPublicIPv6(address)
    default: false
    }
  }

  private static func isPublicIPv4(_ address: ArraySlice<UInt8>) -> Bool {
    let a = address[address.startIndex]
    let b = address[address.startIndex + 1]
    let c = address[address.startIndex + 2]
    return switch (a, b, c) {
    case (0, _, _), (10, _, _), (127, _, _): false  // this network, private, loopback
    case (100, 64...127, _): false  // shared by carriers
    case (169, 254, _): false  // link-local; cloud metadata
    case (172, 16...31, _), (192, 168, _): false  // private
    case (192, 0, 0), (192, 0, 2), (192, 88, 99): false  // protocols, documentation, relays
    case (198, 18...19, _): false  // benchmarks
    case (198, 51, 100), (203, 0, 113): false  // documentation
    case (224..., _, _): false  // multicast, reserved, broadcast
    default: true
    }
  }

  private static func isPublicIPv6(_ address: [UInt8]) -> Bool {
    func starts(_ prefix: UInt8...) -> Bool { address.starts(with: prefix) }
    let ten = address[..<10].allSatisfy { $0 == 0 }
    if ten, address[10] == 0xff, address[11] == 0xff { return isPublicIPv4(address[12...]) }
    if starts(0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0) {
      return isPublicIPv4(address[12...])
    }
    if starts(0x20, 0x02) { return isPublicIPv4(address[2..<6]) }
    // All that is handed out for global unicast is 2000::/3.
    guard address[0] & 0xe0 == 0x20 else { return false }
    if starts(0x20, 0x01), address[2] < 2 { return false }  // Teredo, ORCHID, benchmarks
    if starts(0x20, 0x01, 0x0d, 0xb8) { return false }  // documentation
    if starts(0x3f, 0xff), address[2] < 0x10 { return false }  // documentation
    return true
  }
}
