import HTTP
import Testing

@Suite("HTTP request writer")
struct HTTPRequestWriterTests {
  @Test("writes head and small body in one piece")
  func small() throws {
    let bytes = try HTTPRequestWriter.encode(
      method: "POST", target: "/a?b", authority: "h:1", headers: ["A": "b", "HOST": "evil"],
      body: Array("xyz".utf8))
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == "POST /a?b HTTP/1.1\r\nHost: h:1\r\nA: b\r\nContent-Length: 3\r\n\r\nxyz")
  }

  @Test("leaves a large body to the caller, and says nothing of a body where there is none")
  func large() throws {
    let body = [UInt8](repeating: 1, count: HTTPRequestWriter.inlineBodyBytes + 1)
    let bytes = try HTTPRequestWriter.encode(
      method: "PUT", target: "/", authority: "h", headers: [:], body: body)
    #expect(String(decoding: bytes, as: UTF8.self).hasSuffix("Content-Length: 16385\r\n\r\n"))
    let get = try HTTPRequestWriter.encode(
      method: "GET", target: "/", authority: "h", headers: [:], body: [])
    #expect(String(decoding: get, as: UTF8.self) == "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    let post = try HTTPRequestWriter.encode(
      method: "POST", target: "/", authority: "h", headers: [:], body: [])
    #expect(String(decoding: post, as: UTF8.self).contains("Content-Length: 0\r\n"))
  }

  @Test(
    "refuses what would be read as something else",
    arguments: [
      ("GET X", "/", "A", "b"), ("", "/", "A", "b"), ("GET", "/ HTTP/1.1\r\nX: y", "A", "b"),
      ("GET", "", "A", "b"), ("GET", "/é", "A", "b"), ("GET", "/", "A:", "b"),
      ("GET", "/", "A", "b\r\nC: d"), ("GET", "/", "A", "b\nC"), ("GET", "/", "A", "b\0"),
      ("GET", "/", "", "b"), ("GET", "/", "A\r\nB", "c"),
    ])
  func refused(_ method: String, _ target: String, _ name: String, _ value: String) {
    #expect(throws: HTTPRequestError.self) {
      try HTTPRequestWriter.encode(
        method: method, target: target, authority: "h",
        headers: HTTPHeaders([HTTPField(name: name, value: value)]), body: [])
    }
  }
}
