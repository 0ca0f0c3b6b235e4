import Glibc

extension ConfigurationReader {
  private static let proxiesMax = 256

  func trustedProxies(_ field: Field) -> Configuration.TrustedProxies? {
    guard var section = field.section() else { return nil }
    var proxies = Configuration.TrustedProxies(addresses: [])
    let addresses = section.take("addresses")
    if let name = section.take("header")?.choice(of: Configuration.TrustedProxies.Field.self) {
      proxies.field = name
    }
    section.finish()
    let expected = "an IP address such as 10.0.0.7, or a range such as 10.0.0.0/8"
    for item in addresses?.items() ?? [] {
      guard let text = item.text(expected: expected) else { continue }
      guard isAddressRange(text) else {
        item.fail("\(quoted(text)) is no address of a proxy", expected: expected)
        continue
      }
      if text.hasSuffix("/0") {
        item.warn("lets every client say where it comes from", expected: expected)
      }
      proxies.addresses.append(text)
    }
    guard (1...Self.proxiesMax).contains(proxies.addresses.count) else {
      section.fail(
        "has \(proxies.addresses.count) addresses",
        expected: "`addresses` with 1 to \(Self.proxiesMax)")
      return nil
    }
    return proxies
  }

  private func isAddressRange(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let host = parts.first.map(String.init), parts.count <= 2 else { return false }
    var four = in_addr()
    var six = in6_addr()
    let bits =
      inet_pton(AF_INET, host, &four) == 1 ? 32 : inet_pton(AF_INET6, host, &six) == 1 ? 128 : 0
    guard parts.count == 2 else { return bits > 0 }
    return parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) }
      && Int(parts[1]).map { $0 <= bits && bits > 0 } == true
  }
}
