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

  /// A gateway at whose console people sign in by Glewlwyd.
  private struct Console {
    let scratch = Scratch()
    let gateway: Gateway
    let issuer: String
    let url: String

    init(policy: String = Gateway.openPolicy, settings: String = "") throws {
      let server = try HTTPServerFixture.python(
        [Programs.fixture("glewlwyd_server.py"), scratch.path, "http://127.0.0.1:1"], in: scratch)
      issuer = String(server.url.prefix { $0 != " " })
      _ = try scratch.write("console-secret", to: "secret")
      gateway = try Gateway(
        upstreams: ["up": Upstreams.scripted()], policy: policy,
        settings: """
          people:
            oidc:
              issuer: "\(issuer)"
              client_id: console
              client_secret: {file: secret}
              roles: {rules: [{claim: email, value: alice@example.com, roles: [approver]}]}
          \(settings)
          """, scratch: scratch)
      gateway.keep(server)
      url = "http://localhost:\(gateway.port)/console"
      _ = try curl(
        "admin", "\(api)/auth/", "-d", #"{"username":"admin","password":"password"}"#)
      let client = #"""
        {"client_id":"console","name":"console","confidential":true,"enabled":true,
        "password":"console-secret","scope":["openid"],"authorization_type":["code"],
        "redirect_uri":["\#(url)/sign-in/oidc/callback"],
        "backchannel_logout_uri":"\#(url)/sign-in/oidc/logout",
        "token_endpoint_auth_method":["client_secret_basic"]}
        """#
      #expect(
        try curl("admin", "\(api)/client/console?source=database", "-X", "PUT", "-d", client)
          .hasPrefix("200"))
      // As the person does on the pages of Glewlwyd, once.
      _ = try curl(
        "alice", "\(api)/auth/", "-d", #"{"username":"alice","password":"alice-password"}"#)
      _ = try curl("alice", "\(api)/auth/grant/console", "-X", "PUT", "-d", #"{"scope":"openid"}"#)
    }

    private var api: String { issuer.replacing("/api/oidc", with: "/api") }

    /// The status, and where it leads, of a request of a browser whose cookies are in a file.
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
  }

  @Test("A person whom Glewlwyd knows signs in at the console")
  func signIn() throws {
    guard Self.isThere else { return print("skipped: glewlwyd is not installed") }
    let console = try Console()
    func location(_ answer: String) -> String { String(answer.dropFirst(4)) }
    let begun = location(
      try console.curl("alice", "\(console.url)/sign-in/oidc?next=/console/account"))
    #expect(begun.hasPrefix("\(console.issuer)/auth?"))
    let callback = location(try console.curl("alice", "\(begun)&g_continue"))
    #expect(callback.hasPrefix("\(console.url)/sign-in/oidc/callback?"))
    #expect(try console.curl("alice", callback) == "303 \(console.url)/account")
    #expect(try console.curl("alice", "\(console.url)/account").hasPrefix("200"))
    let signedIn = try console.gateway.ledger("--kind", "person")
      .first { $0.has("event", "signed_in") }
    #expect(signedIn?.has("issuer", "oidc") == true)
    #expect(signedIn?[member: "person"]?.string?.hasPrefix("oidc/") == true)
  }

  private static let approvers = """
    @id("agent") permit (principal is Sallyport::Agent, action, resource);
    @id("asks") @remedy("approval")
    forbid (principal, action == Sallyport::Action::"up__echo", resource)
    unless { context has approval && context.approval.roles.contains("approver") };
    @id("answers")
    permit (
      principal in Sallyport::Role::"approver",
      action == Sallyport::Action::"approveCall",
      resource
    );
    """

  @Test(
    "In a real browser somebody signs in by Glewlwyd's pages, approves by their role there, signs out"
  )
  func browser() throws {
    guard Self.isThere else { return print("skipped: glewlwyd is not installed") }
    guard access("/usr/bin/chromium", X_OK) == 0 else {
      return print("skipped: chromium is not installed")
    }
    let console = try Console(policy: Self.approvers, settings: "approvals: {hold: 0s}")
    let client = console.gateway.client
    #expect(try client.call("up__echo", #"{"a":1}"#).text?.contains("apr_") == true)
    let listed = try console.gateway.command("approvals", "list", "--json")
    let waiting = try JSONDocument(parsing: Array(listed.output.utf8)).root.elements
      .compactMap { $0[member: "id"]?.string }
    let approval = try #require(waiting.first)
    var environment = Gateway.environment
    environment["HOME"] = console.scratch.path
    let finished = try Process.run(
      try Programs.python(),
      [
        Programs.fixture("openid_browser.py"), console.url, console.issuer, approval,
        console.scratch.file("sallyport.yaml"), try Programs.sallyport,
      ],
      environment: environment, directory: console.scratch.path,
      until: .after(.seconds(300)))
    let steps = try finished.output.split(separator: "\n").map {
      try JSONDocument(parsing: Array($0.utf8)).root
    }
    for step in steps {
      let name = step[member: "step"]?.string ?? ""
      #expect(step[member: "ok"]?.bool == true, "\(name): \(step[member: "what"]?.string ?? "")")
    }
    #expect(steps.last?.has("step", "end") == true, "\(finished.errors)")
    #expect(try client.call("up__echo", #"{"a":1}"#).text == #"{"a": 1}"#)
    let approved = try #require(
      try console.gateway.ledger("--kind", "approval").first { $0.has("event", "approved") })
    #expect(approved[member: "approver"]?.string?.hasPrefix("oidc/") == true)
    let ended = try console.gateway.ledger("--kind", "person")
      .contains { $0.has("event", "signed_out") }
    #expect(ended)
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
    // Glewlwyd takes it back, and is asked about it with the next call, and of an open stream.
    if !byKeys {
      let stream = try client.begin(KillStreamsTests.listen(client, at: "/mcp"))
      var head = try stream.head()
      try #require(head.isEventStream)
      let asked = try Process.run(
        "/usr/bin/curl",
        [
          "-sS", "-u", "agent:secret-of-the-agent", "-d", "token=\(token)",
          "-w", "%{http_code}", "-o", scratch.file("revoked"), "\(issuer)/revoke",
        ])
      #expect(asked.output == "200")
      #expect(try client.exchange(client.callRequest("up__echo")).response.status == 401)
      while try stream.bodyPart(of: &head) != nil {}
    }
    // The same token with another signature.
    let forged = token.dropLast(8) + "AAAAAAAA"
    let refused = HTTPClient(port: gateway.port, token: String(forged))
    #expect(try refused.exchange(refused.callRequest("up__echo")).response.status == 401)
  }

  @Test("The SDK's OAuth client gets its token from Glewlwyd with PKCE, also by its next key")
  func client() throws {
    guard Self.isThere else { return print("skipped: glewlwyd is not installed") }
    let scratch = Scratch()
    let upstreams = ["up": Upstreams.scripted()]
    let policy = """
      @id("sdk") permit (principal == Sallyport::Agent::"glewlwyd/sdk", action, resource);
      """
    let gateway = try Gateway(upstreams: upstreams, policy: policy, scratch: scratch)
    let resource = "http://127.0.0.1:\(gateway.port)"
    let server = try HTTPServerFixture.python(
      [Programs.fixture("glewlwyd_server.py"), scratch.path, resource], in: scratch)
    gateway.keep(server)
    defer { server.process.signal(SIGTERM) }
    let issuer = String(server.url.prefix { $0 != " " })
    let settings = """
      resource: \(resource)
      issuers: {glewlwyd: {issuer: "\(issuer)", scopes: mcp}}
      """
    try scratch.write(Gateway.configuration(upstreams, settings), to: "sallyport.yaml")
    try waitUntil("the metadata") {
      try gateway.get("/.well-known/oauth-protected-resource").status == 200
    }
    let finished = try Process.run(
      try Programs.python(),
      [Programs.fixture("glewlwyd_client.py"), "\(resource)/mcp", "up__echo", issuer],
      environment: Gateway.environment, directory: scratch.path, until: .after(.seconds(120)))
    let said = try finished.output.split(separator: "\n").map {
      try JSONDocument(parsing: Array($0.utf8)).root
    }
    try #require(said.count == 3, "\(finished.errors)")
    #expect(said[0].has("text", #"{"number": 1}"#))
    #expect(said[1].has("text", #"{"number": 2}"#))
    #expect(said[2][member: "rotated"]?.bool == true)
    let principal = try gateway.ledger("--kind", "decision").last?[member: "principal"]
    #expect(principal?.has("agent", "glewlwyd/sdk") == true)
    #expect(principal?[member: "human"]?.string?.hasPrefix("glewlwyd/") == true)
  }
}
