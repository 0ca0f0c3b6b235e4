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

  @Test("A person whom Glewlwyd knows signs in at the console")
  func signIn() throws {
    guard Self.isThere else { return print("skipped: glewlwyd is not installed") }
    let scratch = Scratch()
    let server = try HTTPServerFixture.python(
      [Programs.fixture("glewlwyd_server.py"), scratch.path, "http://127.0.0.1:1"], in: scratch)
    defer { server.process.signal(SIGTERM) }
    let issuer = String(server.url.prefix { $0 != " " })
    _ = try scratch.write("console-secret", to: "secret")
    let gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted()],
      settings: """
        people:
          oidc: {issuer: "\(issuer)", client_id: console, client_secret: {file: secret}}
        """, scratch: scratch)
    let api = issuer.replacing("/api/oidc", with: "/api")
    let console = "http://localhost:\(gateway.port)/console"
    func curl(_ browser: String, _ url: String, _ more: String...) throws -> String {
      let jar = scratch.file(browser)
      return try Process.run(
        "/usr/bin/curl",
        [
          "-sS", "-b", jar, "-c", jar, "-o", scratch.file("page"), "-w",
          "%{http_code} %{redirect_url}", "-H", "Content-Type: application/json",
        ] + more + [url]
      ).output
    }
    _ = try curl(
      "admin", "\(api)/auth/", "-d", #"{"username":"admin","password":"password"}"#)
    let client = #"""
      {"client_id":"console","name":"console","confidential":true,"enabled":true,
      "password":"console-secret","scope":["openid"],"authorization_type":["code"],
      "redirect_uri":["\#(console)/sign-in/oidc/callback"],
      "token_endpoint_auth_method":["client_secret_basic"]}
      """#
    #expect(
      try curl("admin", "\(api)/client/console?source=database", "-X", "PUT", "-d", client)
        .hasPrefix("200"))
    // As the person does on the pages of Glewlwyd, which are made by a script.
    _ = try curl(
      "alice", "\(api)/auth/", "-d", #"{"username":"alice","password":"alice-password"}"#)
    _ = try curl("alice", "\(api)/auth/grant/console", "-X", "PUT", "-d", #"{"scope":"openid"}"#)

    func location(_ answer: String) -> String { String(answer.dropFirst(4)) }
    let begun = location(try curl("alice", "\(console)/sign-in/oidc?next=/console/account"))
    #expect(begun.hasPrefix("\(issuer)/auth?"))
    let callback = location(try curl("alice", "\(begun)&g_continue"))
    #expect(callback.hasPrefix("\(console)/sign-in/oidc/callback?"))
    #expect(try curl("alice", callback) == "303 \(console)/account")
    #expect(try curl("alice", "\(console)/account").hasPrefix("200"))
    let signedIn = try gateway.ledger("--kind", "person").first { $0.has("event", "signed_in") }
    #expect(signedIn?.has("issuer", "oidc") == true)
    #expect(signedIn?[member: "person"]?.string?.hasPrefix("oidc/") == true)
  }

  @Test(
    "A token of Glewlwyd is verified by its keys, or by asking it", arguments: [true, false])
  func tokens(byKeys: Bool) throws {
    guard Self.isThere else { return print("skipped: glewlwyd is not installed") }
    let scratch = Scratch()
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
