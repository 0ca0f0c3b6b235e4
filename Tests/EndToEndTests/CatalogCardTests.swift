import Glibc
import JSON
import Testing

/// What people say of servers, in the file and at the command line.
@Suite(.ownThreads)
struct CatalogCardTests {
  private static let policy =
    Gateway.openPolicy + """

      @id("tested")
      forbid (principal, action in Sallyport::Action::"call", resource)
      when { resource.server has conformance && resource.server.conformance == "failed" };
      @id("reviewed")
      forbid (principal, action in Sallyport::Action::"call", resource)
      when { resource.server has reviewOverdue && resource.server.reviewOverdue };
      """

  private static let ofFile =
    "effect: read, card: {owner: platform, risk: low, origin: first-party, conformance: passed}"

  private func start() throws -> Gateway {
    let gateway = try Gateway(
      upstreams: [
        "bare": Upstreams.scripted(), "own": Upstreams.scripted(more: Self.ofFile),
      ], policy: Self.policy)
    #expect(
      try gateway.commandBefore(
        ["upstream", "add", "--name", "added", "--effect", "read"], "--", "/usr/bin/python3", "-I",
        "-S", Programs.fixture("scripted_server.py")
      ).code == 0)
    try waitUntil("the server to be ready") { try gateway.upstream("added").has("state", "ready") }
    return gateway
  }

  private func names(_ gateway: Gateway, _ words: String...) throws -> [String] {
    let finished = try gateway.command(words: ["catalog", "list", "--json"] + words)
    let root = try JSONDocument(parsing: Array(finished.output.utf8)).root
    return root.elements.compactMap { $0[member: "name"]?.string }
  }

  @Test("Every member of a card is said, listed, kept over a restart, and decides")
  func life() throws {
    let gateway = try start()
    defer { _ = try? gateway.stop() }
    #expect(try !gateway.client.call("added__echo").isError)
    let said = try gateway.command(
      "catalog", "card", "added", "--owner", "data@example.com", "--purpose", "reads reports",
      "--risk", "critical", "--environment", "production", "--environment", "staging",
      "--data-class", "pii", "--origin", "wrapped", "--review-by", "2999-12-31", "--conformance",
      "failed", "--conformance-date", "2026-11-20", "--conformance-note", "38 of 41 scenarios")
    #expect(said.code == 0, "\(said.errors)")
    let expected =
      #"[{"name":"bare","origin":"file","card":null},"#
      + #"{"name":"own","origin":"file","card":{"owner":"platform","risk":"low","#
      + #""origin":"first-party","conformance":"passed"},"cardOrigin":"file"},"#
      + #"{"name":"added","origin":"store","card":{"conformance":"failed","#
      + #""conformanceDate":"2026-11-20","conformanceNote":"38 of 41 scenarios","#
      + #""dataClasses":["pii"],"environments":["production","staging"],"origin":"wrapped","#
      + #""owner":"data@example.com","purpose":"reads reports","reviewBy":"2999-12-31","#
      + #""risk":"critical"},"cardOrigin":"store","reviewOverdue":false}]"#
    #expect(try gateway.command("catalog", "list", "--json").output == expected + "\n")
    #expect(try gateway.client.call("added__echo").isError)
    #expect(try !gateway.client.call("own__echo").isError)
    #expect(try !gateway.client.call("bare__echo").isError)

    try gateway.stop()
    try gateway.startAgain()
    #expect(try gateway.command("catalog", "list", "--json").output == expected + "\n")
    #expect(try gateway.client.call("added__echo").isError)

    #expect(
      try gateway.command(
        "catalog", "card", "added", "--conformance", "passed", "--review-by", "2001-01-31"
      ).code == 0)
    #expect(try gateway.client.call("added__echo").isError)
    let lines = try gateway.command("catalog", "list").output.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines.contains { $0.hasPrefix("bare") && $0.contains("no card") })
    #expect(lines.contains { $0.hasPrefix("own") && $0.contains("first-party") })
    #expect(
      lines.contains {
        $0.hasPrefix("added") && $0.contains("data@example.com  critical  wrapped")
          && $0.contains("production, staging  pii   2001-01-31 overdue  passed 2026-11-20")
      }, "\(lines)")
    #expect(try names(gateway, "--overdue") == ["added"])
    #expect(try names(gateway, "--owner", "platform") == ["own"])
    #expect(try names(gateway, "--risk", "critical", "--owner", "platform") == [])
    #expect(try gateway.command("catalog", "list", "--risk", "high").output == "no server fits\n")
    #expect(try gateway.command("catalog", "card", "added", "--review-by", "").code == 0)
    #expect(try !gateway.client.call("added__echo").isError)
  }

  @Test("The file's card counts, and is changed in the file, without a new connection")
  func precedence() throws {
    let gateway = try start()
    defer { _ = try? gateway.stop() }
    let refused = try gateway.command("catalog", "card", "own", "--risk", "high")
    #expect(refused.code == 1)
    #expect(
      refused.errors.contains("the card of `own` stands in the configuration file; change it there")
    )
    #expect(try gateway.command("catalog", "card", "own", "--clear").code == 1)
    #expect(
      try gateway.command("catalog", "show", "own").output.contains(
        "It stands in the configuration file"))

    #expect(try gateway.command("catalog", "card", "bare", "--owner", "store").code == 0)
    let pid = try gateway.upstream("bare")[member: "pid"]?.int64
    try gateway.scratch.write(
      Gateway.configuration([
        "bare": Upstreams.scripted(more: "effect: read, card: {conformance: failed}"),
        "own": Upstreams.scripted(more: Self.ofFile),
      ]), to: "sallyport.yaml")
    try waitUntil("the file's card to count") { try gateway.client.call("bare__echo").isError }
    let bare = try gateway.upstream("bare")
    #expect(bare[member: "pid"]?.int64 == pid)
    #expect(bare.has("cardOrigin", "file") && bare[member: "card"]?[member: "owner"] == nil)
    let cleared = try gateway.command("catalog", "card", "bare", "--clear")
    #expect(cleared.code == 0)
    #expect(cleared.errors.contains("in the configuration file stays, and counts"))

    try gateway.scratch.write(
      Gateway.configuration([
        "bare": Upstreams.scripted(), "own": Upstreams.scripted(more: Self.ofFile),
      ]), to: "sallyport.yaml")
    try waitUntil("the card to be gone") { try gateway.upstream("bare")[member: "card"] == nil }
    try gateway.scratch.write(
      Gateway.configuration([
        "bare": Upstreams.scripted(more: "effect: read, card: {risk: huge}"),
        "own": Upstreams.scripted(more: Self.ofFile),
      ]), to: "sallyport.yaml")
    let check = try gateway.command("check")
    #expect(check.code == 3)
    #expect((check.output + check.errors).contains("mcpServers.bare.card.risk"))
  }

  @Test("What a store already has is shown, and stays when something else is said")
  func kept() throws {
    let gateway = try start()
    defer { _ = try? gateway.stop() }
    #expect(try gateway.command("catalog", "card", "bare", "--owner", "ops").code == 0)
    try gateway.stop()
    let script = """
      import sqlite3, sys
      store = sqlite3.connect(sys.argv[1])
      card = b'{"conformance":"38 of 41","more":{"x":1},"risk":"odd"}'
      store.execute("UPDATE upstream_notes SET card = ? WHERE name = 'bare'", (card,))
      store.commit()
      """
    let written = try Process.run(
      "/usr/bin/python3", ["-c", script, gateway.scratch.file("data/catalog.sqlite")])
    try #require(written.code == 0, "\(written.errors)")
    try gateway.startAgain()
    #expect(try gateway.command("catalog", "show", "bare").output.contains("unknown (38 of 41)"))
    #expect(try gateway.command("catalog", "card", "bare", "--owner", "ops").code == 0)
    #expect(
      try gateway.upstream("bare")[member: "card"]?.description
        == #"{"conformance":"38 of 41","more":{"x":1},"owner":"ops","risk":"odd"}"#)
    #expect(try gateway.command("catalog", "card", "bare", "--conformance", "passed").code == 0)
    #expect(try gateway.upstream("bare")[member: "card"]?.has("conformance", "passed") == true)
  }
}
