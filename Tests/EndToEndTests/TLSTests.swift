import JSON
import Testing

/// Nothing crosses a network in clear, or to somebody else, unless the operator says so.
@Suite(.ownThreads)
struct TLSTests {
  @Test("Clients are served over TLS")
  func listening() throws {
    let scratch = Scratch()
    let certificate = try Certificate("own", in: scratch)
    let gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted()],
      settings: "tls: {certificate: \(certificate.path), key: \(certificate.key)}",
      scratch: scratch, isTLS: true)
    let url = "https://127.0.0.1:\(gateway.port)/mcp"
    let request = gateway.client.callRequest("up__echo", #"{"a":1}"#)
    var words = ["-sS", "--http1.1", "--cacert", certificate.path, "--data-binary", "@-", url]
    for (name, value) in request.headers { words += ["-H", "\(name): \(value)"] }
    let body = String(decoding: request.body, as: UTF8.self)
    let answer = try Process.run("/usr/bin/curl", words, input: body)
    #expect(answer.code == 0, "\(answer.errors)")
    #expect(answer.output.contains(#"{\"a\": 1}"#))
    // Somebody who does not know the certificate does not go on.
    #expect(try Process.run("/usr/bin/curl", ["-sS", url]).code == 60)
    // Clear text on this port is no request.
    let connection = try HTTPConnection(port: gateway.port)
    try connection.send(request.bytes)
    #expect(throws: (any Error).self) { try connection.response() }
    #expect(try gateway.stop() == 0)
  }

  @Test("A server's certificate is checked, unless the configuration says otherwise")
  func upstreams() throws {
    let scratch = Scratch()
    let certificate = try Certificate("server", in: scratch)
    let other = try Certificate("other", in: scratch)
    let server = try HTTPServerFixture.hostile("session", tls: certificate, in: scratch)
    let gateway = try Gateway(
      upstreams: [
        "trusted": Upstreams.http(server, more: "effect: read, ca: \(certificate.path)"),
        "unknown": Upstreams.http(server),
        "other": Upstreams.http(server, more: "effect: read, ca: \(other.path)"),
        "unchecked": Upstreams.http(server, more: "effect: read, tls_verify: false"),
      ], scratch: scratch)
    gateway.keep(server)
    #expect(try gateway.client.call("trusted__echo", #"{"a":1}"#).text == #"{"a": 1}"#)
    #expect(try gateway.client.call("unchecked__echo").text == "{}")
    for name in ["unknown", "other"] {
      let upstream = try gateway.upstream(name)
      #expect(!upstream.has("state", "ready"))
      #expect(upstream[member: "lastError"]?.string?.contains("certificate") == true, "\(upstream)")
      #expect(try gateway.client.call("\(name)__echo").errorCode == -32602)
    }
  }
}
