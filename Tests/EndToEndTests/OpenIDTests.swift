import JSON
import Testing

/// People sign in at the console with an OpenID provider, over real HTTP.
@Suite(.ownThreads)
struct OpenIDTests {
  private let scratch: Scratch
  private let issuer: HTTPServerFixture
  private let gateway: Gateway

  init() throws {
    scratch = Scratch()
    issuer = try HTTPServerFixture.python(
      [Programs.fixture("authorization_server.py"), scratch.file("issuer.journal")], in: scratch)
    _ = try scratch.write("console-secret", to: "console.secret")
    gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted()],
      settings: """
        people:
          oidc:
            issuer: \(issuer.url)
            client_id: console
            client_secret: {file: console.secret}
            roles: {rules: [{claim: groups, value: approvers, roles: [approver]}]}
        """, scratch: scratch)
    gateway.keep(issuer)
  }

  private struct Answer {
    let status: String
    let location: String
    let page: String
  }

  /// One request of a browser whose cookies are in a file.
  private func get(
    _ url: String, _ browser: String = "alice", form: String? = nil
  ) throws -> Answer {
    let jar = scratch.file("\(browser).cookies")
    var words = [
      "-sS", "-b", jar, "-c", jar, "-o", scratch.file("page"), "-w",
      "%{http_code} %{redirect_url}", url,
    ]
    if let form { words += ["--data-binary", form] }
    let finished = try Process.run("/usr/bin/curl", words)
    let parts = finished.output.split(
      separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    return Answer(
      status: String(parts[0]), location: parts.count > 1 ? String(parts[1]) : "",
      page: String(decoding: (try? readFile(scratch.file("page"))) ?? [], as: UTF8.self))
  }

  private var console: String { "http://localhost:\(gateway.port)/console" }

  private func mint(_ claims: String) throws -> String {
    let answer = try Process.run(
      "/usr/bin/curl",
      ["-sS", "--data-binary", claims, issuer.url.replacing("/realm", with: "/mint")])
    let root = try JSONDocument(parsing: Array(answer.output.utf8)).root
    return try #require(root[member: "token"]?.string)
  }

  @Test("Somebody signs in, once and in one browser, until the provider says that it is over")
  func signIn() throws {
    #expect(try get("\(console)/sign-in").page.contains("/console/sign-in/oidc"))
    let begun = try get("\(console)/sign-in/oidc?next=/console/account")
    #expect(begun.status == "303")
    #expect(begun.location.hasPrefix("\(issuer.url)/authorize?"))
    let callback = try get(begun.location, "issuer").location
    #expect(callback.hasPrefix("\(console)/sign-in/oidc/callback?"))

    // Somebody else's browser, also one that began something itself.
    #expect(try get(callback, "eve").status == "403")
    _ = try get("\(console)/sign-in/oidc", "mallory")
    #expect(try get(callback, "mallory").status == "403")
    // Another issuer's answer.
    let again = try get(try get("\(console)/sign-in/oidc").location, "issuer").location
    #expect(
      try get(again.replacing("iss=", with: "iss=https%3A%2F%2Fevil.example.com&was=")).status
        == "403")

    let signedIn = try get(callback)
    #expect(signedIn.status == "303")
    #expect(signedIn.location == "\(console)/account")
    let account = try get("\(console)/account")
    #expect(account.status == "200")
    #expect(account.page.contains("oidc/alice"))
    // The answer is used up.
    #expect(try get(callback).status == "403")

    // A token that ends nothing, then the one that does; that one once.
    let logout = "\(console)/sign-in/oidc/logout"
    let events = #""events":{"http://schemas.openid.net/event/backchannel-logout":{}}"#
    let other = try mint(
      #"{"typ":"logout+jwt","aud":"console","sid":"s-2","jti":"a",\#(events)}"#)
    #expect(try get(logout, "issuer", form: "logout_token=\(other)").status == "200")
    #expect(try get("\(console)/account").status == "200")
    let token = try mint(
      #"{"typ":"logout+jwt","aud":"console","sid":"s-1","jti":"b",\#(events)}"#)
    #expect(try get(logout, "issuer", form: "logout_token=\(token)").status == "200")
    #expect(try get(logout, "issuer", form: "logout_token=\(token)").status == "400")
    #expect(try get(logout, "issuer", form: "nothing=1").status == "400")
    #expect(try get("\(console)/account").status == "303")

    let recorded = try gateway.ledger("--kind", "person")
    let signIn = try #require(recorded.first { $0.has("event", "signed_in") })
    #expect(signIn.has("issuer", "oidc"))
    #expect(signIn.has("person", "oidc/alice"))
    #expect(recorded.contains { $0.has("event", "signed_out") })
    let reasons = recorded.compactMap { $0[member: "reason"]?.string }
    #expect(reasons.contains { $0.hasPrefix("state: ") })
    #expect(reasons.contains { $0.hasPrefix("issuer: ") })
    #expect(reasons.contains { $0.hasPrefix("logout token: it was used before") })
    let log = scratch.lines(of: "log.1").joined()
    #expect(!log.contains("console-secret"))
  }

  @Test("A redirect leads nowhere but into the console")
  func redirects() throws {
    for next in ["https://evil.example.com", "//evil.example.com", "/console/..%2f..%2fmcp"] {
      let begun = try get("\(console)/sign-in/oidc?next=\(next)")
      let callback = try get(begun.location, "issuer").location
      let signedIn = try get(callback)
      #expect(signedIn.status == "303")
      #expect(signedIn.location == console)
    }
    // Under a name that the console does not know nothing is begun.
    let finished = try Process.run(
      "/usr/bin/curl",
      [
        "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Host: evil.example.com",
        "\(console)/sign-in/oidc",
      ])
    #expect(finished.output == "421")
  }
}
