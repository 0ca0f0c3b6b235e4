import JSON
import Testing

/// Calls that wait for people, as unmodified clients meet them.
@Suite(.ownThreads)
struct ApprovalTests {
  private static let policy =
    Gateway.openPolicy + """

      @id("four-eyes") @remedy("approval") @within("60s")
      forbid (principal, action == Sallyport::Action::"old__echo", resource)
      unless { context has approval && context.approval.count >= 1 };
      """

  private func gateway(hold: String) throws -> Gateway {
    try Gateway(
      upstreams: ["old": Upstreams.scripted()], policy: Self.policy,
      settings: "approvals: {hold: \(hold), url: 'https://gate.test'}")
  }

  private static let steps = #"""
    [{"do": "call", "tool": "old__echo", "arguments": {"text": "hi"}, "progress": true},
     {"do": "call", "tool": "old__echo", "arguments": {"text": "hi"}}]
    """#

  /// The names of approvals in a text, each once.
  private func approvals(in texts: [String]) -> Set<Substring> {
    Set(
      texts.flatMap { text in
        text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.filter { $0.hasPrefix("apr_") }
      })
  }

  @Test(
    "A client that cannot show a page waits with progress, and is told how it goes on",
    arguments: ["auto", "legacy"])
  func held(mode: String) throws {
    let gateway = try gateway(hold: "1s")
    let said = try SDKClient(transport: .http(port: gateway.port), mode: mode).run(Self.steps)
    let texts = said.dropFirst().compactMap { $0[member: "text"]?.string }
    #expect(texts.count == 2)
    for text in texts {
      #expect(text.hasPrefix("The call to old__echo has not been made yet: it waits for"))
      #expect(text.contains("https://gate.test/console/approvals/apr_"))
    }
    #expect(approvals(in: texts).count == 1)
    #expect(said[1][member: "isError"]?.bool == false)
    #expect(said[1][member: "progress"]?.count ?? 0 > 0)
    #expect(
      said[1][member: "meta"]?.elements.compactMap(\.string).contains("dev.sallyport/decision")
        == true)
  }

  @Test("An approval that was used up when the gateway was killed is on record at the next start")
  func killed() throws {
    let gateway = try gateway(hold: "0s")
    _ = try gateway.client.call("old__echo", #"{"text":"hi"}"#)
    #expect(try gateway.stop() == 0)
    let call = String(repeating: "c", count: 32)
    // What a gateway leaves that is killed between its file and its ledger.
    let program = """
      import json, sqlite3, sys
      database = sqlite3.connect(sys.argv[1])
      record = json.loads(database.execute("SELECT record FROM approvals").fetchone()[0])
      record.update(usedBy=sys.argv[2], unrecorded=True)
      database.execute(
          "UPDATE approvals SET state = 'used', ended = requested + 1, record = ?",
          [json.dumps(record).encode()])
      database.commit()
      """
    let changed = try Process.run(
      "/usr/bin/python3", ["-c", program, gateway.scratch.file("data/approvals.sqlite"), call],
      environment: Gateway.environment)
    try #require(changed.code == 0, "\(changed.errors)")
    try gateway.startAgain()
    let revoked = { try gateway.ledger("--kind", "approval").filter { $0.has("event", "revoked") } }
    let record = try #require(try revoked().first)
    #expect(record.has("call", call))
    #expect(record[member: "reason"]?.string?.contains("it was not made") == true)
    let shown = try gateway.command("approvals", "list", "--state", "all", "--json")
    #expect(shown.output.contains(#""state":"used""#), "\(shown.output) \(shown.errors)")
    // Once.
    #expect(try gateway.stop() == 0)
    try gateway.startAgain()
    #expect(try revoked().count == 1)
    #expect(try gateway.client.call("old__echo", #"{"text":"hi"}"#).text?.contains("apr_") == true)
  }

  @Test(
    "A client that can show a page shows it once, and that it did approves nothing",
    arguments: ["auto", "legacy"], ["accept", "decline"])
  func shown(mode: String, action: String) throws {
    let gateway = try gateway(hold: "100ms")
    let said = try SDKClient(transport: .http(port: gateway.port), mode: mode, elicits: action)
      .run(#"[{"do": "call", "tool": "old__echo", "arguments": {"text": "hi"}}]"#)
    let asked = said.filter { $0[member: "asked"] != nil }
    #expect(asked.map { $0[member: "asked"]?.string } == ["url"])
    #expect(
      asked.first?[member: "url"]?.string?.hasPrefix("https://gate.test/console/approvals/apr_")
        == true)
    #expect(said.last?[member: "text"]?.string?.contains("has not been made yet") == true)
    #expect(said.last?[member: "isError"]?.bool == false)
  }

  @Test("What waits is there after a restart, and is joined") func restart() throws {
    let gateway = try gateway(hold: "0s")
    let first = try SDKClient(transport: .http(port: gateway.port), mode: "auto").run(Self.steps)
    try gateway.kill()
    try gateway.startAgain()
    let second = try SDKClient(transport: .http(port: gateway.port), mode: "auto").run(Self.steps)
    let texts = (first + second).compactMap { $0[member: "text"]?.string }
    #expect(texts.count == 4)
    #expect(approvals(in: texts).count == 1)
  }
}
