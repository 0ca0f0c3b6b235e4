import Glibc
import JSON
import Testing

/// Upstreams that are added while the gateway runs.
@Suite(.ownThreads)
struct RegistrationTests {
  private func start() throws -> Gateway {
    try Gateway(upstreams: ["up": Upstreams.scripted()])
  }

  @Test("A server is added, disabled, enabled, restarted and removed, all on record")
  func life() throws {
    let gateway = try start()
    defer { _ = try? gateway.stop() }
    let time = try Programs.python("mcp-server-time")
    let add = [
      "upstream", "add", "--name", "time", "--effect", "read", "--env", "KEY=value-of-a-secret",
    ]
    let dry = try gateway.commandBefore(add + ["--dry-run"], "--", time)
    #expect(dry.code == 0, "\(dry.errors)")
    #expect(dry.output.contains(#""command":"\#(time)""#))
    #expect(dry.output.contains("secrets/time.env"))
    #expect(!dry.output.contains("value-of-a-secret"))

    func command(_ words: String...) throws -> Process.Finished {
      try gateway.command(words: words)
    }
    #expect(try gateway.commandBefore(add, "--", time, "--local-timezone", "UTC").code == 0)
    try waitUntil("the server to be ready") { try gateway.upstream("time").has("state", "ready") }
    let listed = try gateway.upstream("time")
    #expect(listed.has("origin", "store"))
    #expect(try gateway.upstream("up").has("origin", "file"))
    #expect(try gateway.client.call("time__get_current_time", #"{"timezone":"UTC"}"#).isGood)
    #expect(try gateway.commandBefore(add, "--", time).code == 1)
    #expect(
      try gateway.commandBefore(["upstream", "add", "--name", "up"], "--", time).errors.contains(
        "the configuration file has a server `up`"))

    // Nothing but its own file holds the secret, and only its owner reads that.
    let secrets = gateway.scratch.file("data/secrets/time.env")
    var status = stat()
    try #require(stat(secrets, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    #expect(gateway.scratch.lines(of: "data/secrets/time.env") == [#"KEY="value-of-a-secret""#])
    for file in ["data/catalog.sqlite", "data/catalog.sqlite-wal"] {
      #expect(!gateway.scratch.lines(of: file).contains { $0.contains("value-of-a-secret") })
    }

    #expect(try command("upstream", "disable", "time").code == 0)
    #expect(try gateway.upstream("time").has("state", "disabled"))
    #expect(try !gateway.client.call("time__get_current_time", #"{"timezone":"UTC"}"#).isGood)
    try gateway.stop()
    try gateway.startAgain()
    #expect(try gateway.upstream("time").has("state", "disabled"))
    #expect(try command("check").code == 0)

    #expect(try command("upstream", "enable", "time").code == 0)
    try waitUntil("the server to be ready") { try gateway.upstream("time").has("state", "ready") }
    let before = try gateway.upstream("time")[member: "pid"]?.int64
    #expect(try command("upstream", "restart", "time").code == 0)
    try waitUntil("the server to be ready again") {
      let now = try gateway.upstream("time")
      return now.has("state", "ready") && now[member: "pid"]?.int64 != before
    }
    #expect(try gateway.client.call("time__get_current_time", #"{"timezone":"UTC"}"#).isGood)
    let logs = try command("upstream", "logs", "time")
    #expect(logs.code == 0)
    #expect(logs.output.contains("restarted by an operator"))

    #expect(try command("upstream", "disable", "up").code == 0)
    #expect(try gateway.upstream("up").has("state", "disabled"))
    #expect(try command("upstream", "remove", "up").code == 1)
    #expect(try command("upstream", "remove", "time").code == 0)
    #expect(access(secrets, F_OK) != 0)
    #expect(try command("upstream", "remove", "time").code == 1)

    let changes = try gateway.ledger("--kind", "change").filter { $0.has("of", "upstream") }
    #expect(
      changes.compactMap { $0[member: "reason"]?.string } == [
        "added", "disabled", "enabled", "disabled", "removed",
      ])
    #expect(changes.allSatisfy { $0[member: "actor"]?.has("via", "admin") == true })
    let answer = try command("audit", "changes", "--of", "upstream")
    #expect(answer.output.contains("time"))
  }

  @Test("What a server writes to standard error can be read, and what fails is told")
  func diagnostics() throws {
    let gateway = try start()
    defer { _ = try? gateway.stop() }
    let add = ["upstream", "add", "--name", "broken"]
    #expect(
      try gateway.commandBefore(add, "--", "/bin/sh", "-c", "echo no such token >&2; exit 3").code
        == 0)
    try waitUntil("its words") {
      try gateway.command("upstream", "logs", "broken").output.contains("no such token")
    }
    let test = try gateway.command("upstream", "test", "broken")
    #expect(test.code == 1)
    #expect(test.output.contains("no such token"))
    let good = try gateway.command("upstream", "test", "up", "--json")
    #expect(good.code == 0)
    let answer = try JSONDocument(parsing: Array(good.output.utf8)).root
    #expect(answer[member: "ok"]?.bool == true)
    #expect(answer[member: "counts"]?[member: "tools"]?.int64 ?? 0 > 0)
    #expect(try gateway.command("upstream", "test", "nobody").code == 1)

    // From here, without a gateway.
    let time = try Programs.python("mcp-server-time")
    let trial = try Process.run(
      try Programs.sallyport, ["upstream", "test", "--", time], environment: Gateway.environment,
      directory: gateway.scratch.path)
    #expect(trial.code == 0, "\(trial.errors)")
    #expect(trial.output.contains("tools"))
  }

  @Test("A server that a policy names is not removed under it, and a wrong one is not added")
  func refusals() throws {
    let gateway = try start()
    defer { _ = try? gateway.stop() }
    #expect(
      try gateway.commandBefore(
        ["upstream", "add", "--name", "other"], "--", "/bin/sh", "-c", "sleep 60"
      ).code == 0)
    for (words, message) in [
      (["--name", "a__b", "--url", "https://h/"], "cannot be a server's name"),
      (["--name", "a", "--url", "ftp://h/"], "is not a URL"),
      (["--name", "a", "--url", "https://u:p@h/"], "holds a user name or password"),
      (["--name", "a", "--url", "https://h/${NOT_SET}"], "`NOT_SET` is not set"),
      (["--name", "UP", "--url", "https://h/"], "differ in case alone"),
    ] {
      let refused = try gateway.command(words: ["upstream", "add"] + words)
      #expect(refused.code == 1)
      #expect(refused.errors.contains(message), "\(refused.errors)")
    }
    try gateway.scratch.write(
      Gateway.openPolicy + """

        @id("other")
        permit (principal, action, resource in Sallyport::Server::"other");
        """, to: "policies/test.cedar")
    try waitUntil("the policy to be in force") {
      gateway.log.contains { $0.has("message", "configuration and policies are in force") }
    }
    let refused = try gateway.command("upstream", "remove", "other")
    #expect(refused.code == 1)
    #expect(refused.errors.contains("no server `other` is configured"), "\(refused.errors)")
    #expect(try gateway.upstream("other").has("origin", "store"))
    #expect(
      try gateway.ledger("--kind", "change").contains {
        $0.has("of", "upstream") && $0.has("event", "refused") && $0.has("server", "other")
      })
  }

  @Test("Servers of other programs are planned, and added when somebody says so")
  func importing() throws {
    let gateway = try start()
    defer { _ = try? gateway.stop() }
    let time = try Programs.python("mcp-server-time")
    let secret = "value-of-a-secret"
    let file = try gateway.scratch.write(
      """
      {
        // as editors have it
        "mcpServers": {
          "time": {"command": "\(time)", "env": {"API_KEY": "\(secret)"}},
          "up": {"command": "x"}, "own": {"command": "sallyport", "args": ["stdio"]},
          "off": {"url": "http://127.0.0.1:9/mcp?token=\(secret)", "disabled": true},
          "bad": {"url": "ftp://h/"},
        },
      }
      """, to: "mcp.json")
    func command(_ more: String...) throws -> Process.Finished {
      let finished = try gateway.command(words: ["upstream", "import", file] + more)
      #expect(!finished.output.contains(secret) && !finished.errors.contains(secret))
      return finished
    }
    let plan = try command("--dry-run")
    #expect(plan.code == 0, "\(plan.errors)")
    for text in [
      "API_KEY", "up: not added: there is a server of this name", "it is this gateway",
      "bad: not added", "URL_TOKEN",
    ] { #expect(plan.output.contains(text), "\(plan.output)") }
    #expect(try command().code == 2)
    #expect(try gateway.command("upstream", "list").output.contains("time") == false)

    #expect(try command("--yes").code == 0)
    try waitUntil("the server to be ready") { try gateway.upstream("time").has("state", "ready") }
    #expect(try gateway.upstream("off").has("state", "disabled"))
    #expect(gateway.scratch.lines(of: "data/secrets/time.env") == [#"API_KEY="\#(secret)""#])
    #expect(try gateway.command("upstream", "enable", "off").code == 0)
    #expect(try command("--dry-run", "--json").output.contains("there is a server of this name"))
  }

  @Test("A server of a registry is found, shown, added and described")
  func registry() throws {
    let gateway = try start()
    defer { _ = try? gateway.stop() }
    let registry = try gateway.scratch.write(
      """
      {"name": "io.example/weather", "description": "Forecasts", "version": "1.2.3",
       "remotes": [{"type": "streamable-http", "url": "http://127.0.0.1:9/{place}",
         "variables": {"place": {"isRequired": true}}}]}
      """, to: "server.json")
    func catalog(_ words: String...) throws -> Process.Finished {
      try gateway.command(words: ["catalog"] + words)
    }
    let found = try catalog("search", "forecasts", "--registry", registry)
    #expect(found.code == 0)
    #expect(found.output.contains("io.example/weather"))
    #expect(try catalog("show", "weather", "--registry", registry).output.contains("needs place"))
    let missing = try catalog("add", "weather", "--registry", registry)
    #expect(missing.code == 2)
    #expect(missing.errors.contains("--env 'place=…'"))
    let added = try catalog("add", "weather", "--registry", registry, "--env", "place=x")
    #expect(added.code == 0, "\(added.errors)")
    #expect(try gateway.upstream("weather")[member: "url"]?.string == "http://127.0.0.1:9/x")

    #expect(
      try catalog(
        "card", "weather", "--owner", "platform", "--risk", "high", "--environment", "production",
        "--review-by", "2001-01-31"
      ).code == 0)
    #expect(try catalog("card", "weather", "--risk", "low").code == 0)
    let card = try #require(try gateway.upstream("weather")[member: "card"])
    #expect(card.has("owner", "platform") && card.has("risk", "low"))
    #expect(try catalog("show", "weather").output.contains("overdue"))
    #expect(try gateway.command("status").output.contains("1 with an overdue review"))
    try gateway.stop()
    try gateway.startAgain()
    #expect(try gateway.upstream("weather")[member: "card"]?.has("owner", "platform") == true)
    #expect(try catalog("card", "weather", "--clear").code == 0)
    #expect(try gateway.upstream("weather")[member: "card"] == nil)
    let changes = try gateway.ledger("--kind", "change").filter { $0.has("of", "upstream") }
    #expect(
      changes.compactMap { $0[member: "reason"]?.string } == [
        "added: io.example/weather 1.2.3", "described", "described", "its card was taken away",
      ])
  }
}

extension Gateway {
  /// Runs a command whose own arguments end with `--` and what follows.
  func commandBefore(_ words: [String], _ rest: String...) throws -> Process.Finished {
    try Process.run(
      try Programs.sallyport, words + ["--config", scratch.file("sallyport.yaml")] + rest,
      environment: Self.environment, directory: scratch.path)
  }
}

extension HTTPClient.Answer {
  fileprivate var isGood: Bool { result != nil && !isError }
}
