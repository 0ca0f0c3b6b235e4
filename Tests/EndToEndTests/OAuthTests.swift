import JSON
import Testing

/// Clients come in with tokens of an authorization server that they found through the gateway.
@Suite(.ownThreads)
struct OAuthTests {
  private static let policy = """
    @id("developers")
    permit (
      principal in Sallyport::Role::"developer",
      action in [Sallyport::Action::"list", Sallyport::Action::"call"],
      resource
    )
    when { principal in Sallyport::Human::"corp/alice" };
    """

  /// A gateway that takes tokens of a small authorization server. It learns its own port first.
  private func start(more: String = "") throws -> (Gateway, HTTPServerFixture) {
    let scratch = Scratch()
    let issuer = try HTTPServerFixture.python(
      [Programs.fixture("authorization_server.py"), scratch.file("issuer.journal")], in: scratch)
    let upstreams = ["up": Upstreams.scripted()]
    let gateway = try Gateway(upstreams: upstreams, policy: Self.policy, scratch: scratch)
    gateway.keep(issuer)
    let settings = """
      resource: http://127.0.0.1:\(gateway.port)
      issuers:
        corp: {issuer: "\(issuer.url)", scopes: [mcp], claims: {roles: groups}\(more)}
      """
    try scratch.write(Gateway.configuration(upstreams, settings), to: "sallyport.yaml")
    try waitUntil("the metadata") {
      try gateway.get("/.well-known/oauth-protected-resource").status == 200
    }
    return (gateway, issuer)
  }

  private func run(_ gateway: Gateway, _ issuer: HTTPServerFixture, _ path: String, _ tool: String)
    throws -> Process.Finished
  {
    try Process.run(
      try Programs.python(),
      [
        Programs.fixture("sdk_oauth_client.py"), "http://127.0.0.1:\(gateway.port)\(path)", tool,
        issuer.url,
      ], environment: Gateway.environment)
  }

  @Test(
    "The SDK's client finds the authorization server, signs in and calls, also with a new key",
    arguments: [("/mcp", "up__echo"), ("/servers/up/mcp", "echo")])
  func signIn(path: String, tool: String) throws {
    let (gateway, issuer) = try start()
    let finished = try run(gateway, issuer, path, tool)
    #expect(finished.code == 0, "\(finished.errors)")
    let lines = try finished.output.split(separator: "\n").map {
      try JSONDocument(parsing: Array($0.utf8)).root
    }
    #expect(lines.map { $0[member: "text"]?.string } == [#"{"number": 1}"#, #"{"number": 2}"#])
    #expect(lines.allSatisfy { $0.has("scope", "mcp") })
    let journal = gateway.scratch.lines(of: "issuer.journal")
    #expect(journal.count { $0 == "GET /realm/jwks" } == 2)
    #expect(journal.count { $0 == "POST /realm/register" } == 2)

    let decisions = try gateway.ledger("--kind", "decision").filter { $0.has("tool", "echo") }
    #expect(decisions.count == 2)
    for decision in decisions {
      let principal = try #require(decision[member: "principal"])
      #expect(principal.has("issuer", "corp"))
      #expect(principal.has("human", "corp/alice"))
      #expect(principal[member: "agent"]?.string?.hasPrefix("corp/client-") == true)
      #expect(principal[member: "credential"]?.string?.utf8.count == 16)
    }
    let log = gateway.scratch.lines(of: "log.1").joined()
    for line in lines {
      let token = try #require(line[member: "token"]?.string)
      #expect(!log.contains(token.suffix(20)))
      for record in try gateway.ledger() { #expect(!"\(record)".contains(token.suffix(20))) }
    }

    // A token for one server is for no other endpoint, and both hear why.
    let token = try #require(lines.last?[member: "token"]?.string)
    let client = HTTPClient(port: gateway.port, token: token)
    let answer = try client.exchange(client.callRequest("up__echo"))
    if path == "/mcp" {
      #expect(answer.response.status == 200)
    } else {
      #expect(answer.response.status == 401)
      let challenge = try #require(answer.response.headers["www-authenticate"])
      #expect(challenge.contains(#"error="invalid_token""#))
      #expect(
        try gateway.ledger("--kind", "refused").last?[member: "reason"]?.string?
          .hasPrefix("token audience") == true)
    }
  }

  @Test("Who shows no token or a wrong one is told where to get one, and it is on record")
  func challenges() throws {
    let (gateway, issuer) = try start()
    func refused(_ token: String?) throws -> (status: Int, challenge: String) {
      let client = HTTPClient(port: gateway.port, token: token)
      let answer = try client.exchange(client.callRequest("up__echo"))
      return (answer.response.status, answer.response.headers["www-authenticate"] ?? "")
    }
    let metadata =
      #"resource_metadata="http://127.0.0.1:\#(gateway.port)/.well-known/"#
      + #"oauth-protected-resource/mcp""#
    let none = try refused(nil)
    #expect(none.status == 401)
    #expect(none.challenge == #"Bearer \#(metadata), scope="mcp""#)
    for token in ["nonsense", "a.b.c", "eyJhbGciOiJub25lIn0.e30.YQ"] {
      let wrong = try refused(token)
      #expect(wrong.status == 401)
      #expect(wrong.challenge.hasPrefix("Bearer \(metadata)"))
      #expect(wrong.challenge.contains(#"error="invalid_token""#))
    }
    let reasons = try gateway.ledger("--kind", "refused").compactMap {
      $0[member: "reason"]?.string
    }
    #expect(reasons.contains { $0.hasPrefix("token malformed") })
    #expect(reasons.contains { $0.hasPrefix("token algorithm: `none`") })
    // Tokens of the configuration go on.
    #expect(
      try gateway.client.exchange(gateway.client.callRequest("up__echo")).response.status == 200)
    let document = try gateway.get("/.well-known/oauth-protected-resource/servers/up/mcp")
    #expect(document.headers["cache-control"] == "public, max-age=300")
    let root = try JSONDocument(parsing: Array(document.text.utf8)).root
    #expect(root.has("resource", "http://127.0.0.1:\(gateway.port)/servers/up/mcp"))
    #expect(root[member: "authorization_servers"]?[element: 0]?.string == issuer.url)
    #expect(try gateway.get("/.well-known/oauth-protected-resource/admin").status == 404)
  }

  @Test(
    "A token without a scope that is needed is answered with 403, and a new configuration holds")
  func scopes() throws {
    let (gateway, issuer) = try start(more: ", audience: [nobody]")
    // The token is good, but for another audience.
    let finished = try run(gateway, issuer, "/mcp", "up__echo")
    #expect(finished.code != 0)
    #expect(
      try gateway.ledger("--kind", "refused").contains {
        $0[member: "reason"]?.string?.hasPrefix("token audience") == true
      })
  }
}
