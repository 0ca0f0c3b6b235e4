import JSON
import Testing

/// Tokens that the gateway makes: shown once, rotated, revoked at once on all loops.
@Suite(.ownThreads)
struct TokenTests {
  private static let policy = """
    @id("build")
    permit (
      principal in Sallyport::Role::"build",
      action in [Sallyport::Action::"list", Sallyport::Action::"call"],
      resource
    );
    """

  private func start() throws -> Gateway {
    try Gateway(
      upstreams: ["up": Upstreams.scripted()], policy: Self.policy, settings: "profiles: {dev: {}}")
  }

  private func make(_ gateway: Gateway, _ words: String...) throws -> JSONNode {
    let made = try gateway.command(words: ["token"] + words + ["--json"])
    #expect(made.code == 0, "\(made.errors)")
    return try JSONDocument(parsing: Array(made.output.utf8)).root
  }

  private func status(_ gateway: Gateway, _ token: String) throws -> Int {
    let client = HTTPClient(port: gateway.port, token: token)
    return try client.exchange(client.callRequest("up__echo")).response.status
  }

  @Test("A token is made, used, rotated and revoked, and each is on record")
  func life() throws {
    let gateway = try start()
    let made = try make(
      gateway, "create", "--agent", "ci", "--human", "alice", "--roles", "build", "--ttl", "1h")
    let token = try #require(made[member: "token"]?.string)
    let id = try #require(made[member: "id"]?.string)
    // On connections of both loops.
    for _ in 0..<8 { #expect(try status(gateway, token) == 200) }
    let decision = try #require(try gateway.ledger("--kind", "decision").last)
    let principal = try #require(decision[member: "principal"])
    #expect(principal.has("agent", "ci"))
    #expect(principal.has("human", "alice"))
    #expect(principal.has("credential", id))

    let who = try gateway.command(words: ["whoami", "--token", token, "--json"])
    #expect(try JSONDocument(parsing: Array(who.output.utf8)).root.has("agent", "ci"))
    let listed = try make(gateway, "list")
    #expect(listed.count == 1)
    #expect(listed[element: 0]?.has("state", "valid") == true)
    #expect(listed[element: 0]?[member: "usedFrom"] != nil)
    #expect(listed[element: 0]?[member: "token"] == nil)

    let next = try make(gateway, "rotate", id, "--overlap", "1h")
    let nextToken = try #require(next[member: "token"]?.string)
    #expect(try status(gateway, token) == 200)
    #expect(try status(gateway, nextToken) == 200)
    _ = try make(gateway, "revoke", id)
    for _ in 0..<8 { #expect(try status(gateway, token) == 401) }
    #expect(try status(gateway, nextToken) == 200)

    let changes = try gateway.ledger("--kind", "change").filter { $0.has("of", "tokens") }
    #expect(changes.count == 3)
    #expect(changes.allSatisfy { $0[member: "actor"]?[member: "user"]?.string != nil })
    for record in try gateway.ledger() {
      #expect(!"\(record)".contains(token.dropFirst(4)))
      #expect(!"\(record)".contains(nextToken.dropFirst(4)))
    }

    // After a restart the one counts and the other does not.
    #expect(try gateway.stop() == 0)
    try gateway.startAgain()
    #expect(try status(gateway, nextToken) == 200)
    #expect(try status(gateway, token) == 401)
  }

  @Test("A token for a profile opens that profile alone")
  func profile() throws {
    let gateway = try start()
    let made = try make(
      gateway, "create", "--agent", "ci", "--roles", "build", "--profile", "dev")
    let client = HTTPClient(port: gateway.port, token: made[member: "token"]?.string)
    var request = client.callRequest("up__echo")
    #expect(try client.exchange(request).response.status == 401)
    request.path = "/mcp/dev"
    #expect(try client.exchange(request).response.status == 200)
    let unknown = try gateway.command("token", "create", "--agent", "ci", "--profile", "nope")
    #expect(unknown.code == 1)
    #expect(unknown.errors.contains("no profile"))
  }
}
