import JSON
import Testing

/// What a token must say of its person and its holder, and what clients are told when it does not.
@Suite(.ownThreads)
struct StepUpTests {
  private static let policy = """
    @id("all") permit (principal, action, resource);
    @id("scope") @remedy("step-up") @scope("files:write")
    forbid (principal, action == Sallyport::Action::"up__echo", resource)
    unless { context has scopes && context.scopes.contains("files:write") };
    @id("fresh") @remedy("step-up") @acr("urn:2 urn:3") @max_age("300")
    forbid (principal, action == Sallyport::Action::"up__whoami", resource)
    unless {
      context has authentication && context.authentication has age
      && context.authentication.age <= 300
    };
    """

  /// A gateway that takes tokens of a small authorization server.
  private func start(
    policy: String = StepUpTests.policy, issuer more: String = "", settings: String = ""
  ) throws -> (Gateway, HTTPServerFixture) {
    let scratch = Scratch()
    let issuer = try HTTPServerFixture.python(
      [Programs.fixture("authorization_server.py"), scratch.file("issuer.journal")], in: scratch)
    let upstreams = ["up": Upstreams.scripted()]
    let gateway = try Gateway(upstreams: upstreams, policy: policy, scratch: scratch)
    gateway.keep(issuer)
    let text = """
      resource: http://127.0.0.1:\(gateway.port)
      issuers:
        corp: {issuer: "\(issuer.url)"\(more)}
      \(settings)
      """
    try scratch.write(Gateway.configuration(upstreams, text), to: "sallyport.yaml")
    try waitUntil("the metadata") {
      try gateway.get("/.well-known/oauth-protected-resource").status == 200
    }
    return (gateway, issuer)
  }

  private func mint(_ issuer: HTTPServerFixture, _ claims: String) throws -> String {
    let answer = try Process.run(
      "/usr/bin/curl",
      ["-sS", "--data-binary", claims, issuer.url.replacing("/realm", with: "/mint")])
    let root = try JSONDocument(parsing: Array(answer.output.utf8)).root
    return try #require(root[member: "token"]?.string, "\(answer.output) \(answer.errors)")
  }

  @Test("The SDK's client gets the scope that a policy wants, and the call goes through")
  func scope() throws {
    let (gateway, issuer) = try start(issuer: ", scopes: [mcp]")
    let finished = try Process.run(
      try Programs.python(),
      [
        Programs.fixture("sdk_oauth_client.py"), "http://127.0.0.1:\(gateway.port)/mcp",
        "up__echo", issuer.url,
      ], environment: Gateway.environment)
    #expect(finished.code == 0, "\(finished.errors)")
    let lines = try finished.output.split(separator: "\n").map {
      try JSONDocument(parsing: Array($0.utf8)).root
    }
    #expect(lines.map { $0[member: "text"]?.string } == [#"{"number": 1}"#, #"{"number": 2}"#])
    #expect(lines.allSatisfy { $0.has("scope", "mcp files:write") })
    let decisions = try gateway.ledger("--kind", "decision").filter { $0.has("tool", "echo") }
    #expect(decisions.map { $0[member: "decision"]?.string } == ["ask", "allow", "ask", "allow"])
    #expect(decisions[0][member: "remedies"]?[element: 0]?.string == "step-up")
    #expect(
      decisions[1][member: "principal"]?[member: "scopes"]?.elements.compactMap(\.string)
        == ["files:write", "mcp"])
    // Nothing was forwarded before.
    #expect(try gateway.ledger("--kind", "outcome").count { $0.has("tool", "echo") } == 2)
  }

  @Test("Who signed in too long ago is told how to sign in, in both eras")
  func authentication() throws {
    let (gateway, issuer) = try start(settings: "approvals: {hold: 1s}")
    let audience = "http://127.0.0.1:\(gateway.port)"
    let old = HTTPClient(
      port: gateway.port,
      token: try mint(issuer, #"{"aud":"\#(audience)","auth_time":-400,"acr":"urn:1"}"#))
    let metadata =
      #"resource_metadata="\#(audience)/.well-known/oauth-protected-resource/mcp""#
    func expectChallenge(_ answer: HTTPResponse) throws {
      #expect(answer.status == 401)
      let challenge = try #require(answer.headers["www-authenticate"])
      #expect(challenge.hasPrefix("Bearer \(metadata), error=\"insufficient_user_authentication\""))
      #expect(challenge.contains(#"acr_values="urn:2 urn:3", max_age="300""#))
      #expect(answer.text.contains(#""decision":"ask""#))
      #expect(answer.text.contains("insufficient_user_authentication"))
    }
    try expectChallenge(try old.exchange(old.callRequest("up__whoami")).response)
    let session = try old.opened()
    try expectChallenge(try session.exchange(session.sessionCallRequest("up__whoami")).response)
    #expect(try gateway.ledger("--kind", "outcome").allSatisfy { !$0.has("tool", "whoami") })
    // Another token that would not do either: the challenge was in vain.
    let other = HTTPClient(
      port: gateway.port,
      token: try mint(issuer, #"{"aud":"\#(audience)","auth_time":-400,"jti":"other"}"#))
    let vain = try other.exchange(other.callRequest("up__whoami")).response
    #expect(vain.status == 200)
    #expect(vain.headers["www-authenticate"] == nil)

    let fresh = HTTPClient(
      port: gateway.port,
      token: try mint(issuer, #"{"aud":"\#(audience)","auth_time":-20,"acr":"urn:2"}"#))
    #expect(try fresh.exchange(fresh.callRequest("up__whoami")).response.status == 200)
    let decision = try #require(
      try gateway.ledger("--kind", "decision").last { $0.has("tool", "whoami") })
    #expect(decision.has("decision", "allow"))
    #expect(decision[member: "authentication"]?[member: "context"]?.string == "urn:2")
    #expect(decision.has("origin", "127.0.0.1"))
    // Nobody vouches for a token of the configuration but this gateway: there is nothing to get.
    let own = try gateway.client.exchange(gateway.client.callRequest("up__whoami")).response
    #expect(own.status == 200)
    #expect(own.text.contains(#""remedies":["step-up"]"#))
  }

  @Test("A profile takes whom it requires, and says what is missing")
  func profiles() throws {
    let (gateway, issuer) = try start(
      policy: "permit (principal, action, resource);",
      settings: """
        profiles:
          people: {require: {human: true}}
          strong: {require: {authentication: {acr: [urn:2], amr: [otp], max_age: 5m}}}
          bound: {require: {proof: any}}
        """)
    let audience = "http://127.0.0.1:\(gateway.port)"
    func ask(_ path: String, _ token: String) throws -> HTTPResponse {
      let client = HTTPClient(port: gateway.port, token: token)
      var request = client.callRequest("up__echo")
      request.path = path
      return try client.exchange(request).response
    }
    let alice = try mint(
      issuer,
      #"{"aud":"\#(audience)","auth_time":-20,"acr":"urn:2","amr":["pwd","otp"]}"#)
    let machine = try mint(issuer, #"{"aud":"\#(audience)","sub":"app"}"#)
    let weak = try mint(
      issuer, #"{"aud":"\#(audience)","auth_time":-20,"acr":"urn:2","amr":["pwd"]}"#)
    let old = try mint(
      issuer,
      #"{"aud":"\#(audience)","auth_time":-400,"acr":"urn:2","amr":["pwd","otp"]}"#)
    #expect(try ask("/mcp/people", alice).status == 200)
    #expect(try ask("/mcp/strong", alice).status == 200)
    #expect(try ask("/mcp", machine).status == 200)
    let challenge = try ask("/mcp/people", machine)
    #expect(challenge.status == 401)
    #expect(
      challenge.headers["www-authenticate"]?.contains(
        #"error="insufficient_user_authentication""#) == true)
    #expect(challenge.text.contains("act for a person"))
    for token in [machine, weak, old] {
      let answer = try ask("/mcp/strong", token)
      #expect(answer.status == 401)
      #expect(
        answer.headers["www-authenticate"]?.contains(#"acr_values="urn:2", max_age="300""#) == true)
    }
    let unbound = try ask("/mcp/bound", alice)
    #expect(unbound.status == 401)
    #expect(unbound.headers["www-authenticate"]?.hasPrefix("DPoP ") == true)
    #expect(unbound.headers["www-authenticate"]?.contains("algs=") == true)
    let reasons = try gateway.ledger("--kind", "refused").compactMap {
      $0[member: "reason"]?.string
    }
    #expect(reasons.count { $0.hasPrefix("requirement: ") } == 5)
  }

  @Test("A token that is bound to a certificate is taken over connections with it alone")
  func certificates() throws {
    let scratch = Scratch()
    let own = try Certificate("own", in: scratch)
    let client = try Certificate("client", in: scratch)
    let second = try Certificate("second", in: scratch)
    let stranger = try Certificate("stranger", in: scratch)
    let authorities = try readFile(client.path) + readFile(second.path)
    _ = try scratch.write(String(decoding: authorities, as: UTF8.self), to: "authorities.pem")
    let issuer = try HTTPServerFixture.python(
      [Programs.fixture("authorization_server.py"), scratch.file("issuer.journal")], in: scratch)
    let gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted()],
      settings: """
        tls:
          certificate: \(own.path)
          key: \(own.key)
          client_certificates: authorities.pem
        resource: https://127.0.0.1
        issuers: {corp: {issuer: "\(issuer.url)"}}
        profiles: {bound: {require: {proof: mtls}}}
        """,
      scratch: scratch, isTLS: true)
    gateway.keep(issuer)
    let token = try mint(
      issuer, #"{"aud":"https://127.0.0.1","certificate":"\#(client.path)"}"#)
    let bearer = try mint(issuer, #"{"aud":"https://127.0.0.1"}"#)
    func status(
      _ token: String, _ certificate: Certificate?, path: String = "/mcp"
    ) throws -> String {
      let request = HTTPClient(port: gateway.port, token: token).callRequest("up__echo")
      var words = [
        "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--http1.1", "--cacert", own.path,
        "--data-binary", "@-", "https://127.0.0.1:\(gateway.port)\(path)",
      ]
      if let certificate { words += ["--cert", certificate.path, "--key", certificate.key] }
      for (name, value) in request.headers { words += ["-H", "\(name): \(value)"] }
      let body = String(decoding: request.body, as: UTF8.self)
      return try Process.run("/usr/bin/curl", words, input: body).output
    }
    #expect(try status(token, client) == "200")
    #expect(try status(token, client, path: "/mcp/bound") == "200")
    // As a bearer token, and with somebody else's certificate.
    #expect(try status(token, nil) == "401")
    #expect(try status(token, second) == "401")
    // Others are served as before, with a certificate or without.
    #expect(try status(bearer, client) == "200")
    #expect(try status(bearer, nil) == "200")
    #expect(try status(bearer, client, path: "/mcp/bound") == "401")
    #expect(try status(Gateway.token, client) == "200")
    // Who shows a certificate that nobody vouches for does not get in at all.
    #expect(try status(bearer, stranger) == "000")
    let refused = try gateway.ledger("--kind", "refused").compactMap {
      $0[member: "reason"]?.string
    }
    #expect(refused.count { $0.contains("without the client's certificate") } == 2)
    let decision = try #require(
      try gateway.ledger("--kind", "decision").first { $0.has("tool", "echo") })
    #expect(decision[member: "principal"]?.has("binding", "mtls") == true)
  }

  @Test("A stream ends with the token that it was opened with")
  func streams() throws {
    let (gateway, issuer) = try start(
      policy: "permit (principal, action, resource);", issuer: ", skew: 0s")
    let audience = "http://127.0.0.1:\(gateway.port)"
    let short = HTTPClient(
      port: gateway.port, token: try mint(issuer, #"{"aud":"\#(audience)","exp":10}"#))
    let listen = short.stateless(
      "subscriptions/listen",
      body:
        #"{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},"_meta":{\#(HTTPClient.statelessMeta)}}}"#
    )
    let connection = try short.begin(listen)
    var response = try connection.head()
    #expect(response.status == 200)
    let session = try short.opened()
    let stream = try session.begin(session.get())
    var opened = try stream.head()
    #expect(opened.status == 200)
    while let part = try connection.bodyPart(of: &response) { response.body += part }
    while try stream.bodyPart(of: &opened) != nil {}
    #expect(response.text.contains("notifications/subscriptions/acknowledged"))
    let reasons = try gateway.ledger("--kind", "refused").compactMap {
      $0[member: "reason"]?.string
    }
    #expect(reasons.count { $0.hasPrefix("a stream ends: token expired") } == 2)
  }
}
