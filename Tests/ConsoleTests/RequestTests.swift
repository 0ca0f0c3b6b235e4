import Testing

@testable import Console

@Suite("What the console takes from a browser")
struct RequestTests {
  private static let secure = ConsoleSite(
    origin: "https://gate.example", host: "gate.example", isSecure: true)
  private static let local = ConsoleSite(
    origin: "http://localhost:8808", host: "localhost", isSecure: false)

  @Test func `a form is read as browsers write it`() throws {
    let fields = try #require(FormFields("name=alice+b&code=12%203&x=%C3%A9&y&a=1&a=2".utf8))
    #expect(fields["name"] == "alice b")
    #expect(fields["code"] == "12 3")
    #expect(fields["x"] == "é")
    #expect(fields["y"] == "")
    #expect(fields["a"] == nil)
    #expect(fields.all("a") == ["1", "2"])
    #expect(fields["none"] == nil)
  }

  @Test(arguments: ["a=%", "a=%1", "a=%zz", "a=%FF", "%=1"])
  func `a malformed form is refused`(text: String) {
    #expect(FormFields(text.utf8) == nil)
  }

  @Test func `a form of too many fields is refused`() {
    #expect(FormFields(String(repeating: "a=1&", count: 64).utf8) != nil)
    #expect(FormFields(String(repeating: "a=1&", count: 65).utf8) == nil)
  }

  @Test(
    arguments: [
      ("same-origin", "https://gate.example"), ("same-origin", "null"), ("same-origin", nil),
      (nil, "https://gate.example"),
    ] as [(String?, String?)])
  func `a form of this site is taken`(fetchSite: String?, origin: String?) {
    #expect(RequestSource.isOwn(fetchSite: fetchSite, origin: origin, Self.secure))
  }

  @Test(
    arguments: [
      (nil, nil), (nil, "null"), (nil, "https://evil.example"), (nil, "http://gate.example"),
      (nil, "https://gate.example:444"), (nil, "https://gate.example.evil.example"),
      ("cross-site", "https://gate.example"), ("same-site", "https://gate.example"),
      ("none", nil), ("same-origin", "https://evil.example"), ("", nil),
    ] as [(String?, String?)])
  func `a form of another site is refused`(fetchSite: String?, origin: String?) {
    #expect(!RequestSource.isOwn(fetchSite: fetchSite, origin: origin, Self.secure))
  }

  @Test func `a form's token is the cookie's alone`() {
    let token = FormToken.make(for: "cookie")
    #expect(FormToken.isValid(token, for: "cookie"))
    for other in [nil, "", "cookie", token + "=", String(token.dropLast())] as [String?] {
      #expect(!FormToken.isValid(other, for: "cookie"))
    }
    #expect(!FormToken.isValid(token, for: "another"))
  }

  @Test func `cookies are held to this host over TLS`() {
    let set = ConsoleCookie.session.setting("abc", Self.secure)
    #expect(set == "__Host-sallyport=abc; Path=/; HttpOnly; SameSite=Lax; Secure")
    #expect(
      ConsoleCookie.session.setting(nil, Self.local)
        == "sallyport=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
  }

  @Test func `a cookie that stands twice is none, and over TLS only one of this host counts`() {
    func value(_ fields: [String], _ site: ConsoleSite) -> String? {
      ConsoleCookie.session.value(in: fields, site)
    }
    #expect(value(["a=1; __Host-sallyport=abc; b=2"], Self.secure) == "abc")
    #expect(value(["__Host-sallyport=abc", "__Host-sallyport=def"], Self.secure) == nil)
    #expect(value(["__Host-sallyport=abc; __Host-sallyport=abc"], Self.secure) == nil)
    #expect(value(["sallyport=abc"], Self.secure) == nil)
    #expect(value(["sallyport-visit=abc"], Self.local) == nil)
    #expect(value(["sallyport=abc"], Self.local) == "abc")
  }

  @Test func `the console is served over TLS, at its URL, and on loopback`() {
    let sites = ConsoleSites(url: "https://gate.example/sub", names: ["10.0.0.1", "inner.example"])
    #expect(sites.site(host: "gate.example", isSecure: false) == Self.secure)
    #expect(sites.site(host: "GATE.example", isSecure: true) == Self.secure)
    #expect(sites.site(host: "localhost:8808", isSecure: false) == Self.local)
    #expect(sites.site(host: "[::1]:8808", isSecure: false)?.host == "[::1]")
    #expect(
      sites.site(host: "inner.example:8443", isSecure: true)?.origin
        == "https://inner.example:8443")
    for host in ["inner.example", "10.0.0.1:8808", "evil.example", "gate.example:81", "", nil] {
      #expect(sites.site(host: host, isSecure: false) == nil)
    }
    #expect(sites.site(host: "evil.example", isSecure: true) == nil)
  }
}
