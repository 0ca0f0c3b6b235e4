import HTTP
import Testing

@Suite("HTTP URLs and headers")
struct HTTPURLTests {
  @Test(
    "reads the parts of a URL",
    arguments: [
      ("http://h", "h", 80, "/", "h", "http://h/"),
      ("HTTP://H.Example/", "h.example", 80, "/", "h.example", "http://h.example/"),
      ("https://h:8443/a/b?c=d#e", "h", 8443, "/a/b?c=d", "h:8443", "https://h:8443/a/b?c=d"),
      ("https://h:443", "h", 443, "/", "h", "https://h/"),
      ("http://h?x=y", "h", 80, "/?x=y", "h", "http://h/?x=y"),
      ("http://h#x", "h", 80, "/", "h", "http://h/"),
      ("http://h:/", "h", 80, "/", "h", "http://h/"),
      ("http://[::1]:81/", "::1", 81, "/", "[::1]:81", "http://[::1]:81/"),
      ("http://[FE80::1]", "fe80::1", 80, "/", "[fe80::1]", "http://[fe80::1]/"),
      ("http://my_host/a%20b", "my_host", 80, "/a%20b", "my_host", "http://my_host/a%20b"),
    ] as [(String, String, UInt16, String, String, String)])
  func parts(
    _ text: String, _ host: String, _ port: UInt16, _ path: String, _ authority: String,
    _ whole: String
  ) throws {
    let url = try HTTPURL(text)
    #expect(url.host == host)
    #expect(url.port == port)
    #expect(url.pathAndQuery == path)
    #expect(url.authority == authority)
    #expect(url.description == whole)
  }

  @Test(
    "refuses what is no such URL",
    arguments: [
      "", "h", "/a", "//h/a", "ftp://h/", "http:/h", "http:///a", "http://:80/", "http://h:0/",
      "http://h:65536/", "http://h:8a/", "http://u@h/", "http://u:p@h/", "http://h@evil/",
      "http://h /", "http://h/\r\nX: y", "http://h\\evil/", "http://é/", "http://h%00/",
      "http://[::1", "http://[::1]x/", "http://[]/", "http://[h]/", "http://::1/", "javascript:x",
      "http://h/" + String(repeating: "a", count: 9000),
    ])
  func refused(_ text: String) {
    #expect(throws: HTTPURLError.self) { try HTTPURL(text) }
  }

  @Test("headers keep order and duplicates, and are found without regard to case")
  func headers() {
    var headers: HTTPHeaders = ["A": "1", "b": "2"]
    headers.add("a", "3")
    #expect(headers["a"] == "1")
    #expect(headers.values("A") == ["1", "3"])
    headers.set("A", "4")
    #expect(headers.fields.map(\.name) == ["A", "b"])
    #expect(headers["a"] == "4")
    headers.set("c", "5")
    headers.remove("B")
    #expect(headers.fields.map(\.value) == ["4", "5"])
    #expect(headers["["] == nil)
  }
}
