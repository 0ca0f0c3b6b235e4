import Configuration
import Testing

@Suite("Configuration")
struct ConfigurationTests {
  @Test func `an empty file gives the defaults`() throws {
    for text in ["", "# nothing\n", "{}", "agents:\nmcpServers:\n"] {
      let loaded = try read(text)
      let configuration = loaded.configuration
      #expect(configuration.listen == .init(host: "127.0.0.1", port: 8808))
      #expect(configuration.tls == nil)
      #expect(configuration.loops == nil)
      #expect(configuration.dataDirectory == "/home/alice/.local/share/sallyport")
      #expect(configuration.policyDirectory == "/etc/sp/policies")
      #expect(configuration.local.agent == "local")
      #expect(configuration.local.human == "alice")
      #expect(configuration.limits == .init())
      #expect(configuration.log == .init())
      #expect(configuration.upstreams.isEmpty)
      #expect(loaded.warnings.isEmpty)
    }
  }

  @Test func `every key is read`() throws {
    let loaded = try read(
      """
      listen: "[::1]:9000"
      tls: {certificate: tls/cert.pem, key: /keys/key.pem}
      loops: 2
      data: ~/data
      policies: ./rules
      public_names: [GW.example.com]
      allowed_origins: [https://app.example.com, "http://localhost:3000"]
      agents:
        claude: {token: {env: TOKEN}, human: alice, roles: [developer, admin], tenant: acme}
        cursor: {token: {file: tokens/cursor}}
      local: {agent: desktop, human: bob, roles: [owner], tenant: home}
      environment: production
      mcpServers:
        time:
          command: uvx
          args: [mcp-server-time, --port, 8080]
          env: {TZ: UTC, DEPTH: 3}
          cwd: work
          effect: read
          tools: {convert_time: {effect: write, timeout: 10s}}
          timeout: 2m
          max_in_flight: 4
        git:
          type: streamable-http
          url: https://git.example.com/mcp
          headers: {Authorization: "Bearer ${TOKEN}", X-Team: core}
          tls_verify: true
          ca: ca.pem
          disabled: true
      limits:
        body: 1MB
        header: 8KiB
        connections: 5
        sessions: 6
        in_flight_per_upstream: 7
        in_flight_per_agent: 8
        tool_timeout: 500ms
        list_max_age: 90s
        result: 2048
        shutdown: 0s
      audit: {arguments: none}
      log: {level: debug, format: json}
      """, files: ["/etc/sp/tokens/cursor": "from-a-file-0123456789\n"])
    #expect(loaded.warnings.isEmpty, "\(loaded.warnings)")
    let configuration = loaded.configuration
    #expect(configuration.listen == .init(host: "::1", port: 9000))
    #expect(configuration.listen.description == "[::1]:9000")
    #expect(configuration.tls?.certificate == "/etc/sp/tls/cert.pem")
    #expect(configuration.tls?.key == "/keys/key.pem")
    #expect(configuration.loops == 2)
    #expect(configuration.dataDirectory == "/home/alice/data")
    #expect(configuration.policyDirectory == "/etc/sp/rules")
    #expect(configuration.publicNames == ["gw.example.com"])
    #expect(configuration.allowedOrigins == ["https://app.example.com", "http://localhost:3000"])
    #expect(configuration.environment == "production")

    let agents = configuration.agents
    #expect(agents.map(\.name) == ["claude", "cursor"])
    #expect(agents[0].token.reveal() == "0123456789abcdef-token")
    #expect(agents[0].human == "alice")
    #expect(agents[0].roles == ["developer", "admin"])
    #expect(agents[0].tenant == "acme")
    #expect(agents[1].token.reveal() == "from-a-file-0123456789")
    #expect(configuration.local.agent == "desktop")
    #expect(configuration.local.human == "bob")

    let time = try #require(configuration.upstream(named: "time"))
    guard case .stdio(let child) = time.transport else {
      Issue.record("time is not stdio")
      return
    }
    #expect(child.command.reveal() == "uvx")
    #expect(child.arguments.map { $0.reveal() } == ["mcp-server-time", "--port", "8080"])
    #expect(child.environment.mapValues { $0.reveal() } == ["TZ": "UTC", "DEPTH": "3"])
    #expect(child.workingDirectory == "/etc/sp/work")
    #expect(time.effect(ofTool: "get_time") == .read)
    #expect(time.effect(ofTool: "convert_time") == .write)
    #expect(time.timeout(ofTool: "convert_time") == .seconds(10))
    #expect(time.timeout(ofTool: "get_time") == .seconds(120))
    #expect(time.maxInFlight == 4)
    #expect(time.isEnabled)

    let git = try #require(configuration.upstream(named: "git"))
    guard case .http(let endpoint) = git.transport else {
      Issue.record("git is not HTTP")
      return
    }
    #expect(!git.isEnabled)
    #expect(git.effect(ofTool: "anything") == .destructive)
    #expect(endpoint.url.reveal() == "https://git.example.com/mcp")
    #expect(endpoint.headers.map(\.name) == ["Authorization", "X-Team"])
    #expect(endpoint.headers[0].value.reveal() == "Bearer 0123456789abcdef-token")
    #expect(endpoint.certificateAuthorities == "/etc/sp/ca.pem")
    #expect(endpoint.verifiesCertificate)

    let limits = configuration.limits
    #expect(limits.bodyBytes == 1_000_000)
    #expect(limits.headerBytes == 8192)
    #expect(limits.connections == 5)
    #expect(limits.sessions == 6)
    #expect(limits.inFlightPerUpstream == 7)
    #expect(limits.inFlightPerAgent == 8)
    #expect(limits.toolTimeout == .milliseconds(500))
    #expect(limits.listMaxAge == .seconds(90))
    #expect(limits.resultBytes == 2048)
    #expect(limits.shutdown == .zero)
    #expect(configuration.audit.arguments == .nothing)
    #expect(configuration.log.level == .debug)
    #expect(configuration.log.format == .json)
  }

  @Test func `every error is reported at once, in the file's order, with its place`() {
    let found = errors(
      """
      listn: 127.0.0.1:1
      loops: many
      agents:
        a: {tokn: {env: TOKEN}}
      limits: {body: 10 parsecs, tool_timeout: 60}
      log: {level: infos}
      """)
    #expect(
      found.map { "\($0.line):\($0.column) \($0.path): \($0.message)" } == [
        "1:1 : unknown key `listn`",
        "2:8 loops: is text",
        "4:6 agents.a: `token` is missing",
        "4:7 agents.a: unknown key `tokn`",
        "5:16 limits.body: is not a size",
        "5:42 limits.tool_timeout: has no unit, and clients disagree on whether that means seconds",
        "6:14 log.level: `infos` is not known",
      ])
    #expect(found.first?.suggestion == "listen")
    #expect(found.last?.suggestion == "info")
    #expect(
      found.first?.description
        == "/etc/sp/sallyport.yaml:1:1: error: unknown key `listn`\n  did you mean `listen`?")
  }

  @Test func `more errors than the bound are counted`() {
    let text = (0..<80).map { "wrong\($0): 1\n" }.joined()
    do {
      _ = try read(text)
      Issue.record("expected errors")
    } catch {
      #expect(error.errors.count == ConfigurationBounds.problems)
      #expect(error.omitted == 80 - ConfigurationBounds.problems)
      #expect(error.description.hasSuffix("… and 30 more"))
    }
  }

  @Test(arguments: [
    ("listen: 8808", "is a number"),
    ("listen: localhost", "`localhost` has no port"),
    ("listen: \":8808\"", "`:8808` leaves open who may connect"),
    ("listen: 127.0.0.1:99999", "`127.0.0.1:99999` has no port from 0 to 65535"),
    ("listen: \"::1:80\"", "`::1:80` is ambiguous"),
    ("listen: a b:80", "`a b:80` has no valid host"),
    ("tls: {certificate: a}", "`key` is missing"),
    ("tls: yes", "is text"),
    ("loops: 0", "is out of range"),
    ("loops: 1.5", "is not a whole number"),
    ("loops: 99999999999999999999", "is out of range"),
    ("data: 7", "is a number"),
    ("data: \"\"", "is empty"),
    ("public_names: gw.example.com", "is text"),
    ("public_names: [\"https://gw.example.com\"]", "`https://gw.example.com` is not a host name"),
    ("allowed_origins: ['*']", "`*` would let every web page in"),
    ("allowed_origins: ['https://a.example/path']", "`https://a.example/path` is not an origin"),
    ("allowed_origins: ['null']", "`null` is not an origin"),
    ("environment: [a]", "is a list"),
    ("[a, b]", "is a list"),
    ("text", "is text"),
    ("limits: {body: -1MB}", "is not a size"),
    ("limits: {body: 99999999999GB}", "is not a size"),
    ("limits: {body: 2GB}", "is out of range"),
    ("limits: {shutdown: 1000h}", "is out of range"),
    ("limits: {tool_timeout: 0s}", "is out of range"),
    ("limits: {list_max_age: 999ms}", "is out of range"),
    ("limits: {list_max_age: 25h}", "is out of range"),
  ])
  func `a wrong value is named`(text: String, message: String) {
    #expect(errors(text).map(\.message) == [message])
  }

  @Test(arguments: [("1s", 1), ("24h", 86_400)])
  func `how old lists become has bounds`(text: String, seconds: Int) throws {
    let loaded = try read("limits: {list_max_age: \(text)}")
    #expect(loaded.configuration.limits.listMaxAge == .seconds(seconds))
    #expect(try read("").configuration.limits.listMaxAge == .seconds(300))
  }

  @Test func `listening beyond this machine without TLS is a warning`() throws {
    #expect(try read("listen: 0.0.0.0:80").warnings.count == 1)
    #expect(try read("listen: localhost:80").warnings.isEmpty)
    #expect(
      try read("listen: 0.0.0.0:80\ntls: {certificate: a, key: b}").warnings.isEmpty)
  }

  @Test func `a configuration without a home directory keeps its data beside the file`() throws {
    let loaded = try Configuration.read(ConfigurationInput(path: "sallyport.yaml", text: []))
    #expect(loaded.configuration.dataDirectory == "./data")
    #expect(loaded.configuration.policyDirectory == "./policies")
    #expect(loaded.configuration.local.human == nil)
  }

  @Test func `the starter configuration is right and warns of nothing`() throws {
    let token = String(repeating: "x", count: 43)
    let loaded = try read(
      StarterConfiguration.configuration,
      files: ["/etc/sp/" + StarterConfiguration.tokenPath: token])
    #expect(loaded.warnings.isEmpty, "\(loaded.warnings)")
    #expect(loaded.configuration.agents.map(\.name) == [StarterConfiguration.agentName])
    #expect(loaded.configuration.policyDirectory == "/etc/sp/policies")
  }

  @Test func `the starter configuration's commented examples are right too`() throws {
    let lines = StarterConfiguration.configuration.split(
      separator: "\n", omittingEmptySubsequences: false)
    // An example begins with a key or continues a block; prose begins with a capital or a name.
    let uncommented = lines.map { line -> Substring in
      guard let hash = line.firstIndex(of: "#"), line[..<hash].allSatisfy({ $0 == " " }) else {
        return line
      }
      let rest = line[line.index(after: hash)...].dropFirst()
      let isExample =
        rest.drop { $0 == " " }.prefix { $0 != ":" }.allSatisfy {
          $0.isLowercase || $0 == "_"
        } && rest.contains(":")
      return isExample ? line[..<hash] + rest : line
    }
    let loaded = try read(
      uncommented.joined(separator: "\n"), environment: ["GITHUB_TOKEN": "t"],
      files: ["/etc/sp/" + StarterConfiguration.tokenPath: "0123456789abcdef0"])
    #expect(loaded.configuration.upstreams.map(\.name) == ["time", "github"])
    #expect(loaded.configuration.environment == "production")
    #expect(loaded.configuration.tls != nil)
  }
}
