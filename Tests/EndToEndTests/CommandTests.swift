import Glibc
import JSON
import Testing

/// The command line against a gateway that runs, and against none.
@Suite(
  .ownThreads,
  .gateway {
    try Gateway(
      upstreams: ["up": Upstreams.scripted(), "typed": Upstreams.scripted("--catalog", "typed")],
      policy: Gateway.openPolicy + """

        @id("no-garbage")
        forbid (principal, action == Sallyport::Action::"up__garbage", resource);
        """)
  })
struct GatewayCommandTests {
  @Test("Health and readiness are told without a token")
  func health() throws {
    #expect(try gateway.get("/healthz").status == 200)
    #expect(try gateway.get("/readyz").status == 200)
  }

  @Test("`status` shows the gateway")
  func status() throws {
    let gateway = try gateway
    let text = try gateway.command("status")
    #expect(text.code == 0)
    #expect(text.output.contains("127.0.0.1:\(gateway.port)"))
    let finished = try gateway.command("status", "--json")
    let status = try JSONDocument(parsing: Array(finished.output.utf8)).root
    #expect(status[member: "pid"]?.int64 == Int64(gateway.process.pid))
    #expect(status[member: "upstreamsReady"]?.int64 == 2)
    #expect(status[member: "ledger"]?[member: "error"] == nil)
  }

  @Test("`upstream list` and `tools list` show what there is")
  func lists() throws {
    let gateway = try gateway
    let upstreams = try gateway.command("upstream", "list")
    #expect(upstreams.code == 0)
    #expect(upstreams.output.contains("ready"))
    let tools = try gateway.command("tools", "list", "--server", "typed")
    #expect(tools.code == 0)
    #expect(tools.output.contains("typed__typed"))
    #expect(!tools.output.contains("up__echo"))
    let json = try JSONDocument(
      parsing: Array(try gateway.command("tools", "list", "--json").output.utf8)
    ).root
    #expect(json.elements.contains { $0.has("name", "up__echo") && $0.has("effect", "read") })
  }

  @Test("`call` goes through the gate as the operator")
  func call() throws {
    let gateway = try gateway
    let allowed = try gateway.command("call", "up__echo", "--args", #"{"a":[1,2]}"#)
    #expect(allowed.code == 0)
    #expect(allowed.output == "{\"a\": [1, 2]}\n")
    let denied = try gateway.command("call", "up__garbage")
    #expect(denied.code == 5)
    #expect(denied.output.contains("no-garbage"))
    #expect(try gateway.command("call", "up__no_such_tool").code == 1)
    #expect(try gateway.command("call", "typed__typed", "--args", #"{"amount":"x"}"#).code == 5)
    #expect(try gateway.command("call", "up__echo", "--args", "{").code == 2)
    let json = try gateway.command("call", "up__echo", "--json")
    #expect(try JSONDocument(parsing: Array(json.output.utf8)).root.kind == .object)
    let records = try gateway.ledger("--agent", "operator", "--tool", "up__echo")
    #expect(records.contains { $0.has("transport", "admin") })
  }

  @Test("`audit list` and `audit tail` show the records")
  func audit() throws {
    let gateway = try gateway
    _ = try gateway.client.call("up__echo")
    _ = try gateway.client.call("up__garbage")
    let denied = try gateway.ledger("--decision", "deny")
    #expect(!denied.isEmpty)
    #expect(denied.allSatisfy { $0.has("decision", "deny") })
    let text = try gateway.command("audit", "list", "--decision", "deny")
    #expect(text.output.contains("no-garbage"))
    #expect(text.output.contains("up__garbage"))
    #expect(
      try gateway.command("audit", "list", "--since", "1h", "-n", "1").output.split(separator: "\n")
        .count == 1)
    #expect(try gateway.command("audit", "list", "--until", "2020-01-01T00:00:00Z").output.isEmpty)
    #expect(try gateway.command("audit", "list", "--kind", "nonsense").code == 2)
    let tail = try Process(
      try Programs.sallyport,
      [
        "audit", "tail", "-f", "--json", "-n", "0", "--config",
        gateway.scratch.file("sallyport.yaml"),
      ],
      environment: Gateway.environment, output: .pipe)
    var seen = ""
    let deadline = Deadline.generous
    // It may begin after the first of these.
    while !seen.contains(#""tool":"whoami""#) {
      _ = try gateway.client.call("up__whoami")
      if let chunk = try? readSome(tail.output, until: .after(.seconds(1))) {
        seen += String(decoding: chunk, as: UTF8.self)
      }
      try #require(!deadline.hasPassed)
    }
    tail.signal(SIGTERM)
    try tail.wait()
  }

  @Test("`check` says whether the files are right")
  func check() throws {
    #expect(try gateway.command("check").code == 0)
  }

  @Test(
    "Without a gateway the commands say so",
    arguments: [["status"], ["upstream", "list"], ["tools", "list"], ["call", "up__echo"]])
  func noGateway(words: [String]) throws {
    let scratch = Scratch()
    try scratch.write(Gateway.openPolicy, to: "policies/test.cedar")
    let path = try scratch.write(Gateway.configuration([:]), to: "sallyport.yaml")
    let finished = try Process.run(
      try Programs.sallyport, words + ["--config", path], environment: Gateway.environment)
    #expect(finished.code == 4)
    #expect(finished.errors.contains("no gateway is running"))
  }

  @Test("What `init` writes can be checked and served as it is")
  func starter() throws {
    let scratch = Scratch()
    let directory = scratch.file("starter")
    let made = try Process.run(
      try Programs.sallyport, ["init", directory], environment: Gateway.environment)
    #expect(made.code == 0, "\(made.errors)")
    let path = directory + "/sallyport.yaml"
    let checked = try Process.run(
      try Programs.sallyport, ["check", "--config", path], environment: Gateway.environment)
    #expect(checked.code == 0, "\(checked.output)\(checked.errors)")
    let again = try Process.run(
      try Programs.sallyport, ["init", directory], environment: Gateway.environment)
    #expect(again.code != 0)
  }

  @Test("Nobody but the user may use the gateway's files and sockets")
  func permissions() throws {
    let gateway = try gateway
    var status = stat()
    for (name, mode) in [("data", 0o700), ("data/admin.sock", 0o600), ("data/mcp.sock", 0o600)] {
      #expect(stat(gateway.scratch.file(name), &status) == 0, "\(name)")
      #expect(status.st_mode & 0o777 == mode, "\(name)")
    }
    let ledger = gateway.scratch.file("data/ledger")
    #expect(stat(ledger, &status) == 0)
    #expect(status.st_mode & 0o077 == 0)
  }

  @Test("A gateway that was killed leaves no socket that confuses")
  func staleSocket() throws {
    let gateway = try Gateway(upstreams: ["up": Upstreams.scripted()])
    try gateway.kill()
    #expect(try gateway.command("status").code == 4)
    try gateway.startAgain()
    #expect(try gateway.command("status").code == 0)
    #expect(try gateway.client.call("up__echo").text == "{}")
  }

  @Test("Wrong files are refused before anything starts")
  func wrongFiles() throws {
    let scratch = Scratch()
    let path = try scratch.write("listen: 127.0.0.1:0\nmcpServer: {}\n", to: "sallyport.yaml")
    for words in [["serve"], ["check"], ["stdio"]] {
      let finished = try Process.run(
        try Programs.sallyport, words + ["--config", path], environment: Gateway.environment)
      #expect(finished.code == 3, "\(words)")
      #expect((finished.errors + finished.output).contains("mcpServers"))
    }
    try scratch.write(Gateway.configuration([:]), to: "sallyport.yaml")
    try scratch.write("permit(", to: "policies/test.cedar")
    #expect(
      try Process.run(
        try Programs.sallyport, ["serve", "--config", path], environment: Gateway.environment
      ).code == 3)
  }

  @Test("Secrets are nowhere in what the gateway says")
  func secrets() throws {
    let gateway = try gateway
    _ = try gateway.client.call("up__echo")
    for line in gateway.scratch.lines(of: "log.1") {
      #expect(!line.contains(Gateway.token))
    }
    for words in [["status", "--json"], ["upstream", "list", "--json"]] {
      let said = try gateway.command(words[0], words[1])
      #expect(!(said.output + said.errors).contains(Gateway.token))
    }
    #expect(try !gateway.ledger().contains { $0.description.contains(Gateway.token) })
  }
}
