import JSON
import Testing

/// Who may decide what about items, where people of different roles sign in.
@Suite(.ownThreads)
struct PersonReviewTests {
  private static let listed = """
    {"tools":[{"name":"add","description":"Adds","inputSchema":{"type":"object"}},
    {"name":"sum","description":"Sums up","inputSchema":{"type":"object"}}]}
    """

  /// The policy of a page, by the name of its first.
  private func documented(_ id: String) throws -> String {
    let page = Programs.root + "/docs/how-to/review-upstreams.md"
    let text = String(decoding: try readFile(page), as: UTF8.self)
    let start = try #require(text.firstRange(of: "```cedar\n@id(\"\(id)\")"))
    let rest = text[start.lowerBound...].dropFirst("```cedar\n".count)
    let end = try #require(rest.firstRange(of: "\n```"))
    return String(rest[..<end.lowerBound])
  }

  private func signIn(_ name: String, _ role: String, _ gateway: Gateway) throws {
    let finished = try Process.run(
      "/usr/bin/python3",
      [
        Programs.fixture("sign_in.py"), "http://localhost:\(gateway.port)",
        gateway.scratch.file("sallyport.yaml"), try Programs.sallyport, name, role,
      ],
      environment: Gateway.environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 })
    try #require(finished.code == 0, "\(finished.errors)")
  }

  private func decide(
    _ gateway: Gateway, _ verb: String, _ words: String...
  ) throws -> Process.Finished {
    try gateway.command(
      words: ["upstream", verb, "up"] + words + (verb == "approve" ? ["--yes"] : []))
  }

  /// The newest record of a kind.
  private func newest(_ kind: String, _ event: String, _ gateway: Gateway) throws -> JSONNode {
    let records = try gateway.ledger("--kind", kind)
    return try #require(records.last { $0.has("event", event) || $0.has("method", event) })
  }

  @Test("By the policy of the page only security approves, as itself, and takes approvals back")
  func roles() throws {
    let scratch = Scratch()
    try scratch.write(Self.listed, to: "listed.json")
    let policy =
      Gateway.approvingPolicy + "\n" + (try documented("security-decides"))
    let gateway = try Gateway(
      upstreams: ["up": try Upstreams.changing(scratch.file("listed.json"))], policy: policy,
      scratch: scratch)
    try gateway.awaitItems(3, of: "up")

    // Nobody is signed in: the operator.
    var refused = try decide(gateway, "approve")
    #expect(refused.code == 5)
    #expect(
      refused.errors.contains("policy only-security-approves forbids to approve"),
      "\(refused.errors)")

    try signIn("ben", "developer", gateway)
    refused = try decide(gateway, "approve")
    #expect(refused.code == 5)
    #expect(refused.errors.contains("only-security-approves forbids ben to approve"))
    #expect(refused.errors.contains("Ask somebody of security"), "\(refused.errors)")
    let denied = try newest("decision", "upstreams/approve", gateway)
    #expect(denied.has("decision", "deny") && denied.has("server", "up"))
    let principal = try #require(denied[member: "principal"])
    #expect(principal.has("human", "ben") && principal[member: "agent"] == nil)
    refused = try decide(gateway, "reject", "add")
    #expect(refused.code == 5)
    #expect(
      refused.errors.contains(
        #"permit (principal == Sallyport::Human::"ben", action == Sallyport::Action::"reject""#),
      "\(refused.errors)")
    #expect(refused.errors.contains("`sallyport logout`"))
    #expect(Set(try gateway.states(of: "up").values) == ["pending"])
    #expect(try gateway.toolNames().isEmpty)

    try signIn("ana", "security", gateway)
    let done = try decide(gateway, "approve", "--effect", "*=read", "--reason", "looked through")
    #expect(done.code == 0, "\(done.errors)")
    try waitUntil("the tools") { try gateway.toolNames() == ["up__add", "up__sum"] }
    let approved = try #require(try newest("pin", "approved", gateway)[member: "actor"])
    #expect(approved.has("user", "ana") && approved.has("via", "person"))
    #expect(try gateway.item("add", of: "up")[member: "approved"]?.has("by", "ana") == true)
    #expect(try decide(gateway, "revoke", "add").code == 0)
    try waitUntil("it to be gone") { try gateway.toolNames() == ["up__sum"] }
    let revoked = try #require(try newest("pin", "revoked", gateway)[member: "actor"])
    #expect(revoked.has("user", "ana") && revoked.has("via", "person"))
    #expect(try gateway.item("add", of: "up")[member: "revoked"]?.has("by", "ana") == true)

    // Her sessions end: what is shown of them decides nothing, not even as the operator.
    #expect(try gateway.command("person", "remove", "ana").code == 0)
    for verb in ["approve", "reject", "revoke"] {
      refused = try decide(gateway, verb, verb == "revoke" ? "sum" : "add")
      #expect(refused.code == 5)
      #expect(refused.errors.contains("this session is over"), "\(refused.errors)")
    }
    #expect(try gateway.states(of: "up")["add"] == "pending")
    #expect(try gateway.states(of: "up")["sum"] == "approved")

    // Without a session the user of the socket takes away without asking policy, as before.
    #expect(try gateway.command("logout").code == 0)
    #expect(try decide(gateway, "revoke", "sum").code == 0)
    let last = try #require(try newest("pin", "revoked", gateway)[member: "actor"])
    #expect(last.has("via", "admin"))
  }
}
