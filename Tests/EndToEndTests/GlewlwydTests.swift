import Glibc
import JSON
import Testing

/// Debian's Glewlwyd makes the tokens, the gateway takes them.
@Suite(.ownThreads)
struct GlewlwydTests {
  private static let isThere = access("/usr/bin/glewlwyd", X_OK) == 0

  private static let policy = """
    @id("agent")
    permit (principal == Sallyport::Agent::"glewlwyd/agent", action, resource);
    """

  @Test(
    "A token of Glewlwyd is verified by its keys, or by asking it", arguments: [true, false])
  func tokens(byKeys: Bool) throws {
    guard Self.isThere else { return print("skipped: glewlwyd is not installed") }
    let scratch = try Scratch()
    let upstreams = ["up": Upstreams.scripted()]
    let gateway = try Gateway(upstreams: upstreams, policy: Self.policy, scratch: scratch)
    let resource = "http://127.0.0.1:\(gateway.port)"
    let server = try HTTPServerFixture.python(
      [Programs.fixture("glewlwyd_server.py"), scratch.path, resource], in: scratch)
    gateway.keep(server)
    defer { server.process.signal(SIGTERM) }
    let words = server.url.split(separator: " ").map(String.init)
    let (issuer, token) = (words[0], words[1])
    try scratch.write("secret-of-the-agent", to: "secret")
    let introspection =
      "introspection: {url: \"\(issuer)/introspect\", client_id: agent, client_secret: "
      + "{file: secret}}"
    let settings = """
      resource: \(resource)
      issuers:
        glewlwyd: {issuer: "\(issuer)", scopes: mcp, \(byKeys ? "type: at+jwt" : introspection)}
      """
    try scratch.write(Gateway.configuration(upstreams, settings), to: "sallyport.yaml")
    try waitUntil("the metadata") {
      try gateway.get("/.well-known/oauth-protected-resource").status == 200
    }
    let client = HTTPClient(port: gateway.port, token: token)
    #expect(try client.call("up__echo", #"{"a":1}"#).text == #"{"a": 1}"#)
    let principal = try gateway.ledger("--kind", "decision").last?[member: "principal"]
    #expect(principal?.has("agent", "glewlwyd/agent") == true)
    #expect(principal?.has("issuer", "glewlwyd") == true)
    #expect(principal?[member: "human"] == nil)
    // The same token with another signature.
    let forged = token.dropLast(8) + "AAAAAAAA"
    let refused = HTTPClient(port: gateway.port, token: String(forged))
    #expect(try refused.exchange(refused.callRequest("up__echo")).response.status == 401)
  }
}
