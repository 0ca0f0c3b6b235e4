import Testing

@testable import HTTP

@Suite("Proxies and addresses")
struct HTTPProxyTests {
  @Test("reads the variables, lower case first, and never HTTP_PROXY")
  func environment() {
    #expect(HTTPProxy.fromEnvironment([:]) == nil)
    #expect(HTTPProxy.fromEnvironment(["HTTP_PROXY": "http://p"]) == nil)
    #expect(HTTPProxy.fromEnvironment(["http_proxy": ""]) == nil)
    #expect(
      HTTPProxy.fromEnvironment([
        "http_proxy": "http://a", "HTTPS_PROXY": "http://b", "https_proxy": "http://c",
        "no_proxy": "x, y  z",
      ]) == HTTPProxy(http: "http://a", https: "http://c", exempt: ["x", "y", "z"]))
    #expect(
      HTTPProxy.fromEnvironment(["ALL_PROXY": "http://a", "NO_PROXY": "*"])
        == HTTPProxy(http: "http://a", https: "http://a", exempt: ["*"]))
  }

  @Test(
    "exempts hosts by name, domain, port, address and network",
    arguments: [
      ("example.com", "http://example.com/", true), ("example.com", "http://a.example.com/", true),
      (".example.com", "http://a.example.com/", true),
      ("*.example.com", "http://a.example.com/", true),
      ("example.com", "http://badexample.com/", false),
      ("EXAMPLE.com", "http://example.com/", true),
      ("example.com:81", "http://example.com:81/", true),
      ("example.com:81", "http://example.com/", false),
      ("10.0.0.0/8", "http://10.1.2.3/", true), ("10.0.0.0/8", "http://11.1.2.3/", false),
      ("10.0.0.0/33", "http://10.1.2.3/", false), ("0.0.0.0/0", "http://11.1.2.3/", true),
      ("::1", "http://[::1]/", true), ("[::1]:80", "http://[::1]/", true),
      ("[::1]:81", "http://[::1]/", false), ("*", "http://x/", true), ("", "http://x/", false),
      (".", "http://x/", false),
    ])
  func exempt(_ pattern: String, _ url: String, _ isExempt: Bool) throws {
    let proxy = HTTPProxy(http: "http://p", exempt: [pattern])
    #expect((proxy.url(for: try HTTPURL(url)) == nil) == isExempt)
  }

  @Test("an https URL takes the https proxy only")
  func scheme() throws {
    let proxy = HTTPProxy(http: "http://p")
    #expect(proxy.url(for: try HTTPURL("https://x/")) == nil)
    #expect(proxy.url(for: try HTTPURL("http://x/")) == "http://p")
  }

  @Test(
    "tells public addresses from the others",
    arguments: [
      ("1.1.1.1", true), ("8.8.8.8", true), ("172.15.0.1", true), ("172.32.0.1", true),
      ("100.63.0.1", true), ("100.128.0.1", true), ("192.167.0.1", true), ("223.255.255.254", true),
      ("0.0.0.0", false), ("0.1.2.3", false), ("10.0.0.1", false), ("127.0.0.1", false),
      ("127.255.0.1", false), ("100.64.0.1", false), ("169.254.169.254", false),
      ("172.16.0.1", false), ("172.31.255.255", false), ("192.168.1.1", false),
      ("192.0.0.1", false), ("192.0.2.1", false), ("198.18.0.1", false), ("198.19.255.1", false),
      ("198.51.100.1", false), ("203.0.113.1", false), ("224.0.0.1", false), ("240.0.0.1", false),
      ("255.255.255.255", false), ("2606:4700::1111", true), ("2a00:1450::1", true),
      ("::", false), ("::1", false), ("::ffff:127.0.0.1", false), ("::ffff:8.8.8.8", true),
      ("::127.0.0.1", false), ("64:ff9b::a00:1", false), ("64:ff9b::808:808", true),
      ("64:ff9b:1::1", false), ("2002:7f00:1::", false), ("2002:808:808::", true),
      ("2001::1", false), ("2001:db8::1", false), ("fc00::1", false), ("fd12::1", false),
      ("fe80::1", false), ("fec0::1", false), ("ff02::1", false), ("100::1", false),
    ])
  func addresses(_ text: String, _ isPublic: Bool) throws {
    let address = try #require(SocketAddress(numeric: text, port: 1))
    #expect(AddressPolicy.isPublic(address.bytes) == isPublic)
  }
}
