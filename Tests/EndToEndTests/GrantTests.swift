import JSON
import Testing

/// Grants through the program: in force on both loops, on record, and over when their time is.
@Suite(.ownThreads)
struct GrantTests {
  private static let policy = """
    @id("list-all")
    permit (principal, action == Sallyport::Action::"list", resource);
    @id("no-nap")
    forbid (principal, action == Sallyport::Action::"up__slow", resource);
    """

  private func start() throws -> Gateway {
    try Gateway(upstreams: ["up": Upstreams.scripted()], policy: Self.policy)
  }

  private func grant(_ gateway: Gateway, _ words: String...) throws -> Process.Finished {
    try gateway.command(words: ["grant", "--reason", "a drill"] + words)
  }

  private func passes(_ client: HTTPClient, _ tool: String = "up__echo") throws -> Bool {
    try client.call(tool).result?[member: "_meta"]?[member: "dev.sallyport/decision"] == nil
  }

  @Test("A grant permits what it says on both loops, survives a restart, and is revoked at once")
  func life() throws {
    let gateway = try start()
    #expect(try !passes(gateway.client))
    let dry = try grant(
      gateway, "--agent", "first", "--tool", "up__echo", "--for", "30m", "--dry-run")
    #expect(dry.code == 0, "\(dry.errors)")
    #expect(dry.output.contains("permit ("))
    #expect(try !passes(gateway.client))
    let given = try grant(
      gateway, "--agent", "first", "--tool", "up__echo", "--for", "30m", "--json")
    #expect(given.code == 0, "\(given.errors)")
    let root = try JSONDocument(parsing: Array(given.output.utf8)).root
    let id = try #require(root[member: "id"]?.string)
    for _ in 0..<6 {
      #expect(try passes(gateway.client))
      #expect(try !passes(gateway.secondClient))
    }
    let decision = try #require(
      try gateway.ledger("--kind", "decision").last { $0.has("decision", "allow") })
    #expect(decision[member: "policies"]?.elements.compactMap(\.string) == [id])
    #expect(
      try gateway.command("policy", "explain", decision[member: "call"]?.string ?? "").code == 0)

    #expect(try gateway.stop() == 0)
    try gateway.startAgain()
    #expect(try passes(gateway.client))
    #expect(try gateway.command("grants", "list").output.contains(id))
    #expect(try gateway.command("grants", "show", id).output.contains("permit ("))
    #expect(try gateway.command("grants", "revoke", id, "--reason", "over").code == 0)
    for _ in 0..<6 { #expect(try !passes(gateway.client)) }
    let changes = try gateway.ledger("--kind", "change").filter { $0.has("of", "grants") }
    #expect(changes.count == 2)
    #expect(changes.first?.has("after", id) == true)
    #expect(changes.last?.has("before", id) == true)
    #expect(changes.last?[member: "reason"]?.string == "revoked: over")
  }

  @Test("A grant stands for an approval, but not for that of whom the agent acts for")
  func standing() throws {
    let gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted()],
      policy: """
        @id("all")
        permit (principal, action, resource);
        @id("asks")
        @remedy("approval")
        forbid (principal, action == Sallyport::Action::"up__echo", resource)
        unless { context has approval && context.approval.standing };
        """, settings: "approvals: {hold: 0s}\n")
    #expect(try !passes(gateway.client))
    for agent in ["first", "operator"] {
      let given = try grant(gateway, "--agent", agent, "--tool", "up__echo", "--for", "30m")
      #expect(given.code == 0, "\(given.errors)")
    }
    #expect(try passes(gateway.client))
    #expect(try !passes(gateway.secondClient))
    let own = try gateway.command("call", "up__echo", "--json")
    #expect(own.output.contains("apr_"), "\(own.output) \(own.errors)")
  }

  @Test("A grant ends with its time, on record")
  func expiry() throws {
    let gateway = try start()
    #expect(try grant(gateway, "--human", "alice", "--tool", "up__*", "--for", "8s").code == 0)
    #expect(try passes(gateway.client))
    try waitUntil("the grant to be over") { try !passes(gateway.client) }
    try waitUntil("the end to be on record") {
      try gateway.ledger("--kind", "change").contains { $0.has("reason", "expired") }
    }
    let list = try gateway.command("grants", "list", "--json")
    #expect(try JSONDocument(parsing: Array(list.output.utf8)).root.count == 0)
  }

  @Test("A grant overrides no forbid, and a wrong one is refused with its place")
  func limits() throws {
    let gateway = try start()
    #expect(try grant(gateway, "--agent", "first", "--tool", "up__slow", "--for", "1h").code == 0)
    #expect(try !passes(gateway.client, "up__slow"))
    for (words, message) in [
      (["--tool", "up__nothing"], "no tool `nothing`"),
      (["--tool", "up__echo", "--where", "context.input.nothing == 1"], ":"),
      (["--tool", "up__echo", "--where", "context.input."], ":"),
      (
        [
          "--tool", "up__echo", "--where", "true }; permit (principal,action,resource) when { true",
        ],
        "expression"
      ),
    ] {
      let refused = try gateway.command(
        words: ["grant", "--agent", "first", "--for", "1h", "--reason", "r"] + words)
      #expect(refused.code == 1, "\(words)")
      #expect(refused.errors.contains(message), "\(refused.errors)")
    }
    #expect(try grant(gateway, "--agent", "first", "--tool", "up__echo", "--for", "31d").code == 1)
    #expect(try grant(gateway, "--tool", "up__echo", "--for", "1h").code == 2)
  }
}
