import Glibc
import JSON
import Testing

private let policy = """
  @id("list-all") permit (principal, action == Sallyport::Action::"list", resource);
  @id("call-up") permit (principal, action in Sallyport::Action::"call", resource);
  @id("never-used") permit (principal == Sallyport::Agent::"nobody", action, resource);
  @id("not-progress") forbid (principal, action == Sallyport::Action::"up__progress", resource);
  """

/// `sallyport audit` asks the ledger of a gateway: while it runs, and after it was killed.
@Suite(.ownThreads)
struct AuditQuestionTests {
  private static let trace = String(repeating: "c", count: 24) + "0badcafe"
  private static let skill = String(repeating: "5", count: 64)

  /// Two calls of a run under a skill, and one that is denied.
  private func gateway() throws -> Gateway {
    let gateway = try Gateway(upstreams: ["up": Upstreams.scripted()], policy: policy)
    let client = gateway.client
    for (id, tool) in [("1", "up__echo"), ("2", "up__whoami"), ("3", "up__progress")] {
      let meta = """
        "traceparent":"00-\(Self.trace)-00f067aa0ba902b7-01","dev.sallyport/run":"run-7",\
        "dev.sallyport/skill":{"name":"fix","version":"1.2","digest":"\(Self.skill)"}
        """
      _ = try client.exchange(client.callRequest(tool, id: id, meta: meta))
    }
    _ = try gateway.secondClient.call("up__echo")
    return gateway
  }

  private func ask(_ gateway: Gateway, _ words: String..., code: Int32 = 0) throws -> JSONNode {
    let finished = try Process.run(
      try Programs.sallyport,
      ["audit"] + words + ["--json", "--config", gateway.scratch.file("audit.yaml")],
      environment: Gateway.environment, directory: gateway.scratch.path)
    #expect(finished.code == code, "\(words): \(finished.errors)")
    return try JSONDocument(parsing: Array(finished.output.utf8)).root
  }

  private func rows(_ answer: JSONNode) -> [JSONNode] {
    answer[member: "rows"]?.elements.map { $0 } ?? []
  }

  @Test("A call's graph, who made it, what left and what it touched are told while it runs")
  func questions() throws {
    let gateway = try gateway()
    let graph = try ask(gateway, "graph", "--trace", "0badcafe")
    let nodes = graph[member: "nodes"]?.elements.map { $0 } ?? []
    let kinds = Set(nodes.compactMap { $0[member: "kind"]?.string })
    #expect(
      kinds.isSuperset(of: [
        "human", "agent", "skill", "call", "decision", "policy", "server", "tool", "data", "result",
        "credential",
      ]), "\(kinds)")
    #expect(graph[member: "decisions"]?.int64 == 3)
    #expect(graph[member: "edges"]?.elements.contains { $0.has("mark", "denied") } == true)

    let who = rows(try ask(gateway, "who", "--skill", "fix@1.2"))
    #expect(who.count == 3)
    #expect(who.allSatisfy { $0.has("agent", "first") && $0.has("human", "alice") })
    #expect(who.allSatisfy { $0[member: "skill"]?.has("digest", Self.skill) == true })
    let denied = try #require(who.first { $0.has("tool", "progress") })
    #expect(denied[member: "denied"]?.int64 == 1 && denied[member: "allowed"]?.int64 == 0)

    let boundary = rows(try ask(gateway, "boundary", "--agent", "first"))
    #expect(boundary.count == 1)
    #expect(boundary.first?[member: "calls"]?.int64 == 2)
    #expect((boundary.first?[member: "bytesReceived"]?.int64 ?? 0) > 0)

    let credential = try #require(
      try gateway.ledger("--agent", "first").last?[member: "principal"]?[member: "credential"]?
        .string)
    let touched = try ask(gateway, "touched", "--credential", credential)
    #expect(touched[member: "direct"]?.int64 == 2 && touched[member: "denied"]?.int64 == 1)

    let unused = rows(try ask(gateway, "unused", "--since", "1d"))
    #expect(unused.compactMap { $0[member: "policy"]?.string } == ["never-used"])
    #expect(try gateway.stop() == 0)
    #expect(rows(try ask(gateway, "gaps")).isEmpty)
  }

  @Test("People get a tree and tables; pictures are for other programs")
  func drawings() throws {
    let gateway = try gateway()
    let tree = try gateway.command("audit", "graph", "--run", "run-7")
    #expect(tree.code == 0, "\(tree.errors)")
    #expect(tree.output.hasPrefix("human alice\n└─ delegates to agent first\n"), "\(tree.output)")
    #expect(tree.output.contains("runs skill fix@1.2 555555555555"))
    #expect(tree.output.contains("╌╌✕ denied up__progress"))
    for (format, start) in [("dot", "digraph"), ("mermaid", "flowchart LR"), ("svg", "<svg")] {
      let drawn = try gateway.command("audit", "graph", "--agent", "first", "--format", format)
      #expect(drawn.output.hasPrefix(start))
    }
    let table = try gateway.command("audit", "who", "--tool", "up__echo")
    #expect(table.output.hasPrefix("AGENT"))
    #expect(table.output.contains("bob"))
    #expect(try gateway.command("audit", "graph", "--call", "ffffffffffff").code == 1)
    #expect(try gateway.command("audit", "graph").code == 2)
    #expect(try gateway.command("audit", "who", "--since", "yesterday").code == 2)
  }

  @Test("A change of policies is told with its diff, and a killed gateway leaves gaps")
  func changesAndGaps() throws {
    let gateway = try gateway()
    try gateway.scratch.write(
      policy.replacing("not-progress", with: "no-progress"), to: "policies/test.cedar")
    gateway.process.signal(SIGHUP)
    var changes: [JSONNode] = []
    try waitUntil("the change") {
      changes = rows(try ask(gateway, "changes", "--of", "policies"))
      return changes.contains { $0[member: "before"] != nil }
    }
    let lines = changes.last?[member: "items"]?[element: 0]?[member: "diff"]?.elements
      .compactMap(\.string)
    #expect(lines?.contains { $0.hasPrefix("-@id(\"not-progress\")") } == true, "\(changes)")
    #expect(lines?.contains { $0.hasPrefix("+@id(\"no-progress\")") } == true)
    try gateway.kill()
    try gateway.startAgain()
    let gaps = rows(try ask(gateway, "gaps", code: 1))
    #expect(gaps.contains { $0.has("kind", "not_stopped") })
  }

  @Test("Who could call a tool is told as it was at a time, and over the admin socket")
  func could() throws {
    let gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted(), "typed": Upstreams.scripted("--catalog", "typed")],
      policy: policy)
    func time(_ record: JSONNode) throws -> String {
      let micros = try #require(record[member: "time"]?.int64)
      var seconds = time_t((micros + 999_999) / 1_000_000)
      var parts = tm()
      gmtime_r(&seconds, &parts)
      var text = [CChar](repeating: 0, count: 32)
      strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
      return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
    let before = try time(try #require(try gateway.ledger().last))
    // A time is told to the second: the change is a second later.
    usleep(2_000_000)
    try gateway.scratch.write(
      """
      @id("small")
      permit (
        principal == Sallyport::Agent::"first",
        action == Sallyport::Action::"typed__typed",
        resource
      ) when { context.input.amount < 10 };
      @id("who")
      permit (
        principal == Sallyport::Agent::"first",
        action == Sallyport::Action::"up__whoami",
        resource
      );
      @id("ask") @remedy("approval")
      forbid (principal, action == Sallyport::Action::"up__whoami", resource);
      """, to: "policies/test.cedar")
    gateway.process.signal(SIGHUP)
    var now: [JSONNode] = []
    try waitUntil("the change") {
      now = rows(try ask(gateway, "could", "typed__typed"))
      return now.contains { $0.has("answer", "depends") }
    }
    let local = try #require(now.last?[member: "agent"]?.string)
    #expect(now.compactMap { $0[member: "agent"]?.string } == ["first", "second", local])
    #expect(
      now.compactMap { $0[member: "answer"]?.string } == ["depends", "no", "no"], "\(now)")
    let residual = try #require(now.first?[member: "residuals"]?[element: 0])
    #expect(residual.has("policy", "small"))
    #expect(residual[member: "text"]?.string?.contains("context.input.amount < 10") == true)
    func answers(_ words: String...) throws -> [String?] {
      let done = try Process.run(
        try Programs.sallyport,
        ["audit", "could"] + words + ["--json", "--config", gateway.scratch.file("audit.yaml")],
        environment: Gateway.environment, directory: gateway.scratch.path)
      #expect(done.code == 0, "\(words): \(done.errors)")
      return rows(try JSONDocument(parsing: Array(done.output.utf8)).root)
        .map { $0[member: "answer"]?.string }
    }
    #expect(try answers("typed__typed", "--args", #"{"amount":3}"#) == ["yes", "no", "no"])
    #expect(try answers("typed__typed", "--args", #"{"amount":30}"#) == ["no", "no", "no"])
    #expect(try answers("up__whoami") == ["ask", "no", "no"])
    #expect(try answers("typed__typed", "--at", before) == ["yes", "yes", "yes"])
    #expect(try answers("up__progress", "--at", before) == ["no", "no", "no"])

    let socket = gateway.scratch.file("data/admin.sock")
    let asked = try Process.run(
      "/usr/bin/curl",
      [
        "-s", "--unix-socket", socket, "http://localhost/v1/audit/could?tool=up__echo&at=\(before)",
      ],
      environment: Gateway.environment)
    #expect(
      asked.output
        == (try ask(gateway, "could", "up__echo", "--at", before)).description, "\(asked)")

    #expect(try gateway.stop() == 0)
    let table = try gateway.command("audit", "could", "up__whoami")
    #expect(table.output.hasPrefix("AGENT"))
    #expect(table.output.contains("after approval"))
    #expect(try gateway.command("audit", "could", "typed__typed").output.contains("no permit"))
    for (words, reason) in [
      (["up__ecko"], "did you mean `up__echo`?"),
      (["up__echo", "--at", "2001-01-01"], "the ledger begins at "),
    ] {
      let refused = try gateway.command(words: ["audit", "could"] + words)
      #expect(refused.code == 1 && refused.errors.contains(reason), "\(refused.errors)")
    }
    #expect(try gateway.command("audit", "could", "up__echo", "--args", "[]").code == 2)
    #expect(try gateway.command("audit", "could").code == 2)
  }

  @Test("The index is private, and made anew when it is damaged or of another ledger")
  func reindex() throws {
    let gateway = try gateway()
    #expect(try gateway.stop() == 0)
    let records = Int64(try gateway.ledger().count)
    _ = try ask(gateway, "boundary")
    let path = gateway.scratch.file("data/index.sqlite")
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    #expect(try ask(gateway, "reindex")[member: "records"]?.int64 == records)
    try gateway.scratch.write(String(repeating: "damaged ", count: 2000), to: "data/index.sqlite")
    #expect(try gateway.command("audit", "who").errors.contains("audit reindex"))
    #expect(try ask(gateway, "reindex")[member: "records"]?.int64 == records)
    // The same index beside another ledger.
    let other = try self.gateway()
    #expect(try other.stop() == 0)
    let bytes = try ask(other, "boundary", "--agent", "second")
    unlink(other.scratch.file("data/index.sqlite"))
    #expect(rename(path, other.scratch.file("data/index.sqlite")) == 0)
    #expect(try ask(other, "boundary", "--agent", "second").description == bytes.description)
  }
}
