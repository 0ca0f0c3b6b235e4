import Glibc
import JSON
import Testing

/// People sign in at the console, in a real browser and at the command line.
@Suite(.ownThreads)
struct ConsoleTests {
  private static let browser = "/usr/bin/chromium"

  private func add(_ gateway: Gateway, _ words: String...) throws -> JSONNode {
    let made = try gateway.command(words: ["person", "add"] + words + ["--invite", "--json"])
    try #require(made.code == 0, "\(made.errors)")
    return try JSONDocument(parsing: Array(made.output.utf8)).root
  }

  @Test("People sign in with passkeys, passwords and codes, and other sites cannot interfere")
  func browser() throws {
    guard access(Self.browser, X_OK) == 0 else {
      return print("skipped: chromium is not installed")
    }
    let gateway = try Gateway(upstreams: [:])
    let links = try [
      add(gateway, "alice", "--role", "sre", "--tenant", "acme"), add(gateway, "bob"),
    ].map { try #require($0[member: "link"]?.string) }
    let words = [
      Programs.fixture("console_browser.py"), "http://localhost:\(gateway.port)", links[0],
      links[1], gateway.scratch.file("sallyport.yaml"), try Programs.sallyport,
    ]
    var environment = Gateway.environment
    environment["HOME"] = gateway.scratch.path
    let pictures = getenv("CONSOLE_PICTURES").map { [String(cString: $0)] } ?? []
    let finished = try Process.run(
      try Programs.python(), words + pictures, environment: environment,
      directory: gateway.scratch.path, until: .after(.seconds(300)))
    let steps = try finished.output.split(separator: "\n").map {
      try JSONDocument(parsing: Array($0.utf8)).root
    }
    for step in steps {
      let name = step[member: "step"]?.string ?? ""
      #expect(step[member: "ok"]?.bool == true, "\(name): \(step[member: "what"]?.string ?? "")")
    }
    #expect(steps.last?.has("step", "end") == true, "\(finished.errors)")

    let records = try gateway.ledger("--kind", "person")
    let events = records.compactMap { $0[member: "event"]?.string }
    for event in ["added", "changed", "signed_in", "signed_out", "refused"] {
      #expect(events.contains(event), "\(event)")
    }
    let added = try #require(records.first)
    #expect(added[member: "actor"]?[member: "user"]?.string != nil)
    for record in records {
      #expect(!"\(record)".contains("bicycle"))
      #expect(!"\(record)".contains("sps_"))
      #expect(!"\(record)".contains("spi_"))
    }
  }

  @Test("Accounts are made, changed, reset and removed at the command line")
  func commands() throws {
    let gateway = try Gateway(upstreams: [:])
    let words = ["person", "add", "carol", "--role", "a", "--password-stdin", "--json"]
    let made = try Process.run(
      try Programs.sallyport, words + ["--config", gateway.scratch.file("sallyport.yaml")],
      environment: Gateway.environment, directory: gateway.scratch.path,
      input: "a bicycle for two\n")
    #expect(made.code == 0, "\(made.errors)")
    #expect(!made.output.contains("invitation"))
    let again = try gateway.command("person", "add", "Carol", "--invite")
    #expect(again.code == 1)
    #expect(again.errors.contains("already"))
    let roles = try gateway.command(
      "person", "roles", "carol", "--add", "b", "--remove", "a", "--tenant", "acme", "--json")
    let changed = try JSONDocument(parsing: Array(roles.output.utf8)).root
    #expect(changed[member: "roles"]?.elements.compactMap(\.string) == ["b"])
    #expect(changed.has("tenant", "acme"))
    #expect(changed[member: "ways"]?.elements.compactMap(\.string) == ["password"])
    let reset = try gateway.command("person", "reset", "carol")
    #expect(reset.output.contains("/console/invitation#spi_"))
    let listed = try gateway.command("person", "list", "--json")
    #expect(!listed.output.contains("spi_"))
    #expect(try gateway.command("person", "remove", "carol").code == 0)
    #expect(try gateway.command("person", "show", "carol").code == 1)
    #expect(
      try gateway.ledger("--kind", "person").compactMap { $0[member: "event"]?.string }
        == ["added", "changed", "reset", "removed"])
  }

  /// The statuses of the answers to guesses of clients, as a proxy names them.
  private func guess(_ gateway: Gateway, _ clients: String...) throws -> [String] {
    let guessed = try Process.run(
      try Programs.python(),
      [Programs.fixture("forwarded_guesses.py"), "http://localhost:\(gateway.port)"] + clients,
      environment: Gateway.environment, directory: gateway.scratch.path,
      until: .after(.seconds(120)))
    try #require(guessed.code == 0, "\(guessed.errors)")
    return guessed.output.split(separator: "\n").map(String.init)
  }

  private func addresses(_ gateway: Gateway) throws -> Set<String> {
    Set(try gateway.ledger("--kind", "person").compactMap { $0[member: "address"]?.string })
  }

  @Test("Two clients behind one trusted proxy are throttled apart, and on record apart")
  func trustedProxy() throws {
    let gateway = try Gateway(
      upstreams: [:], settings: "trusted_proxies: {addresses: [127.0.0.1, '::1']}")
    let statuses = try guess(
      gateway, "198.51.100.1*102", "198.51.100.2", "203.0.113.9, 198.51.100.1")
    #expect(statuses == Array(repeating: "403", count: 101) + ["429", "403", "429"])
    #expect(try addresses(gateway) == ["198.51.100.1", "198.51.100.2"])
  }

  @Test("What anybody else says of where they come from counts for nothing")
  func untrustedProxy() throws {
    let gateway = try Gateway(
      upstreams: [:], settings: "trusted_proxies: {addresses: [192.0.2.1]}")
    let statuses = try guess(gateway, "198.51.100.1*101", "198.51.100.2", "127.0.0.1")
    #expect(statuses == Array(repeating: "403", count: 101) + ["429", "429"])
    #expect(try addresses(gateway).isSubset(of: ["127.0.0.1", "::1"]))
    #expect(try !addresses(gateway).isEmpty)
  }

  @Test("The console has its own paths alone")
  func paths() throws {
    let gateway = try Gateway(upstreams: [:])
    #expect(try gateway.get("/console").status == 303)
    #expect(try gateway.get("/console/no-such-page").status == 404)
    #expect(try gateway.get("/consolexyz").status == 404)
  }

  @Test("An agent's token is no session, and a session is no agent's token")
  func credentials() throws {
    let gateway = try Gateway(upstreams: ["up": Upstreams.scripted()])
    let session = "sps_" + String(repeating: "A", count: 43)
    let client = HTTPClient(port: gateway.port, token: session)
    #expect(try client.exchange(client.callRequest("up__echo")).response.status == 401)
    let connection = try HTTPConnection(port: gateway.port)
    try connection.send(
      "GET /console/account HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        + "Authorization: Bearer \(Gateway.token)\r\nCookie: sallyport=\(Gateway.token)\r\n\r\n")
    let answer = try connection.response()
    #expect(answer.status == 303)
  }
}
