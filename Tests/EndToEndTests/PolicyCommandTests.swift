import Glibc
import JSON
import Testing

private let remediedPolicy =
  Gateway.openPolicy + """

    @id("small-amounts")
    forbid (principal, action == Sallyport::Action::"typed__typed", resource)
    when { context.input.amount > 90 };
    @id("ask-first")
    @remedy("approval")
    forbid (principal, action == Sallyport::Action::"up__whoami", resource);
    """

/// `sallyport policy` against a gateway that runs, and against none.
@Suite(
  .ownThreads,
  .gateway {
    try Gateway(
      upstreams: ["up": Upstreams.scripted(), "typed": Upstreams.scripted("--catalog", "typed")],
      policy: remediedPolicy)
  })
struct PolicyCommandTests {
  @Test("`policy check` validates against the tools of the running gateway")
  func checkWithGateway() throws {
    let gateway = try gateway
    let right = try gateway.command("policy", "check")
    #expect(right.code == 0, "\(right.errors)")
    #expect(right.output.contains("validated against the tools of the running gateway"))
    let path = try gateway.scratch.write(
      remediedPolicy.replacing("input.amount", with: "input.amuont"), to: "wrong/wrong.cedar")
    let wrong = try gateway.command("policy", "check", path)
    #expect(wrong.code == 3)
    #expect(wrong.errors.contains("wrong.cedar:"))
    #expect(wrong.errors.contains("did you mean `amount`?"), "\(wrong.errors)")
    let json = try gateway.command("policy", "check", path, "--json")
    let report = try JSONDocument(parsing: Array(json.output.utf8)).root
    #expect(report[member: "ok"]?.bool == false)
    #expect(
      report[member: "findings"]?.elements.contains { $0.has("kind", "unknownAttribute") } == true)
  }

  @Test("The schema that `policy schema` writes checks policies where no gateway runs")
  func schema() throws {
    let gateway = try gateway
    let schema = try gateway.command("policy", "schema")
    #expect(schema.code == 0, "\(schema.errors)")
    #expect(schema.output.contains(#"action "typed__typed""#))
    let scratch = Scratch()
    let policies = try scratch.write(remediedPolicy, to: "policies/all.cedar")
    for (name, text) in [
      ("tools.cedarschema", schema.output),
      ("tools.json", try gateway.command("policy", "schema", "--json").output),
    ] {
      let file = try scratch.write(text, to: name)
      let checked = try Process.run(
        try Programs.sallyport, ["policy", "check", policies, "--schema", file],
        environment: Gateway.environment, directory: scratch.path)
      #expect(checked.code == 0, "\(name): \(checked.errors)")
    }
    let blind = try Process.run(
      try Programs.sallyport, ["policy", "check", policies],
      environment: Gateway.environment, directory: scratch.path)
    #expect(blind.code == 0)
    #expect(blind.output.contains("not validated"))
  }

  @Test("`policy explain` says why a recorded call was decided as it was")
  func explainRecorded() throws {
    let gateway = try gateway
    _ = try gateway.client.call("typed__typed", #"{"amount": 95}"#)
    let records = try gateway.ledger("--decision", "deny", "--tool", "typed__typed")
    let call = try #require(records.last?[member: "call"]?.string)
    let text = try gateway.command("policy", "explain", String(call.suffix(24)))
    #expect(text.code == 5, "\(text.errors)")
    #expect(text.output.contains("small-amounts"))
    #expect(text.output.contains("context.input.amount = 95"), "\(text.output)")
    let json = try gateway.command("policy", "explain", call, "--json")
    let explanation = try JSONDocument(parsing: Array(json.output.utf8)).root
    #expect(explanation.has("decision", "deny"))
    #expect(explanation[member: "toAllow"]?.count == 1)
    #expect(try gateway.command("policy", "explain", "no-such-call").code == 1)
    // Every id ends in nothing: all that were made are meant.
    _ = try gateway.client.call("up__echo")
    let ambiguous = try gateway.command("policy", "explain", "")
    #expect(ambiguous.code == 1 && ambiguous.output.isEmpty)
    #expect(ambiguous.errors.contains("give more digits of"), "\(ambiguous.errors)")
  }

  @Test("`policy explain --tool` says what would be decided, and nothing is called or recorded")
  func explainGiven() throws {
    let gateway = try gateway
    let ask = try gateway.command("policy", "explain", "--agent", "first", "--tool", "up__whoami")
    #expect(ask.code == 5, "\(ask.errors)")
    #expect(ask.output.hasPrefix("ask"), "\(ask.output)")
    #expect(ask.output.contains("needs: approval"))
    let allowed = try gateway.command(
      "policy", "explain", "--tool", "typed__typed", "--args", #"{"amount": 7}"#)
    #expect(allowed.code == 0, "\(allowed.output)\(allowed.errors)")
    #expect(try gateway.ledger("--kind", "decision", "--tool", "up__whoami").isEmpty)
    let stranger = try gateway.command("policy", "explain", "--agent", "x", "--tool", "up__whoami")
    #expect(stranger.code == 1)
    #expect(stranger.errors.contains("no agent `x`"))
    #expect(try gateway.command("policy", "explain", "--tool", "up__nothing").code == 1)
    #expect(try gateway.command("policy", "explain").code == 2)
    #expect(
      try gateway.command("policy", "explain", "--tool", "up__echo", "--args", "[1]").code == 2)
  }

  @Test("`policy explain` of a prompt or a resource says what would be decided")
  func explainPromptsAndResources() throws {
    let gateway = try gateway
    for (words, code) in [
      (["--prompt", "up__nothing"], 1), (["--resource", "nothing://x"], 1),
      (["--resource", "up+file:///a", "--action", "call"], 1),
      (["--resource", "up+file:///a"], 5), (["--resource", "up+file:///a", "--action", "list"], 0),
      (["--prompt", "p", "--tool", "up__echo"], 2),
      (["--tool", "up__echo", "--action", "list"], 2),
    ] {
      let explained = try gateway.command(words: ["policy", "explain"] + words)
      #expect(explained.code == code, "\(words): \(explained.output)\(explained.errors)")
    }
    let explained = try gateway.command(
      "policy", "explain", "--resource", "up+file:///a", "--action", "subscribe", "--json")
    let root = try JSONDocument(parsing: Array(explained.output.utf8)).root
    #expect(root.has("action", #"Sallyport::Action::"subscribe""#))
    #expect(root.has("resource", #"Sallyport::Resource::"up+file:///a""#))
  }

  @Test("`policy diff` lists the recorded calls that other policies decide otherwise")
  func diff() throws {
    let gateway = try gateway
    _ = try gateway.client.call("typed__typed", #"{"amount": 60}"#)
    let old = gateway.scratch.file("policies")
    let file = try gateway.scratch.write(
      remediedPolicy.replacing("> 90", with: "> 50"), to: "stricter/test.cedar")
    let new = String(file.prefix { _ in true }.dropLast("/test.cedar".count))
    let same = try gateway.command("policy", "diff", old, old)
    #expect(same.code == 0, "\(same.output)\(same.errors)")
    let changed = try gateway.command("policy", "diff", old, new, "--json")
    #expect(changed.code == 1, "\(changed.errors)")
    let lines = try changed.output.split(separator: "\n").map {
      try JSONDocument(parsing: Array($0.utf8)).root
    }
    #expect(lines.contains { $0.has("tool", "typed__typed") && $0.has("old", "allow") })
    #expect(lines.allSatisfy { $0.has("new", "deny") })
    #expect(try gateway.command("policy", "diff", old, "/nonexistent").code == 3)
  }

  @Test("`policy format` rewrites what is laid out otherwise, and only that")
  func format() throws {
    let scratch = Scratch()
    let path = try scratch.write(
      "permit(principal,action,resource)when{context.a>1};// why\n", to: "policies/a.cedar")
    func run(_ words: String...) throws -> Process.Finished {
      try Process.run(
        try Programs.sallyport, ["policy", "format"] + words, environment: Gateway.environment)
    }
    let directory = scratch.file("policies")
    #expect(try run("--check", directory).code == 1)
    let first = try run(directory)
    #expect(first.code == 0, "\(first.errors)")
    #expect(first.output == path + "\n")
    let text = scratch.lines(of: "policies/a.cedar").joined(separator: "\n")
    #expect(text.contains("// why"))
    #expect(text.contains("when { context.a > 1 };"), "\(text)")
    #expect(try run("--check", directory).code == 0)
    #expect(try run(directory).output.isEmpty)
    try scratch.write("permit(", to: "policies/b.cedar")
    let wrong = try run(directory)
    #expect(wrong.code == 3)
    #expect(wrong.errors.contains("b.cedar:1:"))
    #expect(try run(scratch.file("nothing")).code == 1)
  }

  @Test("`policy test` runs test files, counts them, and fails when one does")
  func tests() throws {
    let scratch = Scratch()
    try scratch.write(
      #"@id("all") permit(principal == User::"a", action, resource);"#, to: "suite/p.cedar")
    try scratch.write("[]", to: "suite/entities.json")
    func test(_ decision: String) -> String {
      """
      {"policies": "p.cedar", "entities": "entities.json", "requests": [{
        "description": "a may", "principal": {"type": "User", "id": "a"},
        "action": {"type": "Action", "id": "x"}, "resource": {"type": "T", "id": "t"},
        "context": {}, "decision": "\(decision)", "reason": ["all"], "errors": []}]}
      """
    }
    try scratch.write(test("allow"), to: "suite/tests/right.json")
    func run() throws -> Process.Finished {
      try Process.run(
        try Programs.sallyport, ["policy", "test", scratch.file("suite")],
        environment: Gateway.environment)
    }
    let right = try run()
    #expect(right.code == 0, "\(right.errors)")
    #expect(right.output == "1 passed, 0 failed\n")
    try scratch.write(test("deny"), to: "suite/tests/wrong.json")
    let wrong = try run()
    #expect(wrong.code == 1)
    #expect(wrong.output == "1 passed, 1 failed\n")
    #expect(wrong.errors.contains("expected deny, got allow"))
  }

  @Test("Commands that only look need none of the gateway's secrets")
  func withoutSecrets() throws {
    let gateway = try gateway
    _ = try gateway.client.call("up__echo")
    for words in [["status"], ["audit", "list"], ["tools", "list"], ["policy", "schema"]] {
      let finished = try Process.run(
        try Programs.sallyport, words + ["--config", gateway.scratch.file("sallyport.yaml")],
        environment: ["HOME": "/nonexistent"], directory: gateway.scratch.path)
      #expect(finished.code == 0, "\(words): \(finished.errors)")
      #expect(!finished.output.isEmpty)
    }
  }
}
