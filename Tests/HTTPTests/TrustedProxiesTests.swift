import Testing

@testable import HTTP

@Suite("Where requests come from")
struct TrustedProxiesTests {
  private func proxies(_ field: TrustedProxies.Field) throws -> TrustedProxies {
    TrustedProxies(
      [try #require(AddressRange("10.0.0.0/8")), try #require(AddressRange("fd00::/8"))],
      field: field)
  }

  @Test(
    "the last address that is no proxy's counts",
    arguments: [
      ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
      // The client made up what stands before.
      ("10.0.0.1", "127.0.0.1, 203.0.113.9", "203.0.113.9"),
      ("10.0.0.1", "127.0.0.1, 203.0.113.9, 10.9.9.9", "203.0.113.9"),
      ("fd00::1", "203.0.113.9:4711", "203.0.113.9"),
      ("10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
      ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
      ("10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"),
      // Nobody else is believed.
      ("203.0.113.1", "10.0.0.1", "203.0.113.1"),
      // What cannot be read hides what stands before it.
      ("10.0.0.1", "203.0.113.9, unknown", "10.0.0.1"),
      ("10.0.0.1", "203.0.113.9, evil, 10.0.0.2", "10.0.0.2"),
      ("10.0.0.1", "", "10.0.0.1"),
    ])
  func forwardedFor(peer: String, field: String, origin: String) throws {
    let proxies = try proxies(.xForwardedFor)
    #expect(proxies.origin(of: peer, saying: [field]) == origin)
  }

  @Test(
    "the field of RFC 7239 is read where it is the one",
    arguments: [
      ("for=203.0.113.9;proto=https;by=10.0.0.1", "203.0.113.9"),
      (#"For="[2001:db8::1]:4711""#, "2001:db8::1"),
      ("for=127.0.0.1, for=203.0.113.9", "203.0.113.9"),
      (#"for="127.0.0.1, for=203.0.113.9"#, "203.0.113.9"),
      ("for=_hidden", "10.0.0.1"),
      ("proto=https", "10.0.0.1"),
    ])
  func forwarded(field: String, origin: String) throws {
    let proxies = try proxies(.forwarded)
    #expect(proxies.origin(of: "10.0.0.1", saying: [field]) == origin)
  }

  @Test func `several fields are one list, and it is read to a bound`() throws {
    let proxies = try proxies(.xForwardedFor)
    #expect(
      proxies.origin(of: "10.0.0.1", saying: ["127.0.0.1", "203.0.113.9"]) == "203.0.113.9")
    let long = (["203.0.113.9"] + Array(repeating: "10.0.0.2", count: 100))
      .joined(separator: ",")
    #expect(proxies.origin(of: "10.0.0.1", saying: [long]) == "10.0.0.2")
  }

  @Test(
    "ranges are read and compared by their bits",
    arguments: [
      ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
      ("192.0.2.128/25", "192.0.2.127", false), ("192.0.2.128/25", "192.0.2.255", true),
      ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
      ("0.0.0.0/0", "192.0.2.2", true), ("0.0.0.0/0", "::1", false),
      ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
      ("10.0.0.0/8", "::ffff:10.0.0.1", true),
    ])
  func ranges(range: String, address: String, isIn: Bool) throws {
    #expect(try #require(AddressRange(range)).contains(address) == isIn)
  }

  @Test(
    "what is no range is none",
    arguments: ["", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "host", "[::1]", "10.0.0.0/8/8"])
  func noRanges(text: String) {
    #expect(AddressRange(text) == nil)
  }
}
