import Configuration
import Testing

@Suite("Upstreams")
struct UpstreamTests {
  @Test(
    arguments: [
      ("50/s", 50, 1), ("100/m", 100, 60), ("1000/h", 1000, 3600), ("5/10s", 5, 10),
      ("1/d", 1, 86400),
    ])
  func `a rate is a number in a span`(text: String, calls: Int, seconds: Int) throws {
    let rate = try upstream("{command: x, rate: \(text)}").rate
    #expect(rate == Configuration.Rate(calls: calls, period: .seconds(seconds)))
    #expect(try upstream("{command: x}").rate == nil)
  }

  @Test(arguments: ["50", "fast", "/s", "50/", "-1/s", "0/s", "50/ms", "5/s/s", "9999999/s", "[1]"])
  func `what is no rate is refused, and the error says what one is`(text: String) {
    let found = errors("mcpServers: {s: {command: x, rate: \(text)}}")
    #expect(found.map(\.expected).contains { $0?.contains("50/s, 100/m or 1000/h") == true })
  }

  @Test func `pages are denied, or speak with the hosts that are named`() throws {
    #expect(try upstream("{command: x}").pages == .approved)
    #expect(try upstream("{command: x, pages: deny}").pages == .denied)
    #expect(
      try upstream("{command: x, pages: {hosts: [API.example.com, '*.b.example', c]}}").pages
        == .hosts(["api.example.com", "*.b.example", "c"]))
    #expect(try upstream("{command: x, pages: {hosts: []}}").pages == .hosts([]))
  }

  @Test(
    arguments: [
      "allow", "true", "{}", "{host: [a]}", "{hosts: a}", "{hosts: ['https://a.example']}",
      "{hosts: ['*']}", "{hosts: ['a.*.example']}", "{hosts: [a.example/x]}", "{hosts: ['a..b']}",
    ])
  func `what is no rule for pages is refused`(text: String) {
    #expect(!errors("mcpServers: {s: {command: x, pages: \(text)}}").isEmpty)
  }

  @Test(arguments: Configuration.Effect.allCases)
  func `each effect can be said of a server and of a tool`(effect: Configuration.Effect) throws {
    let said = try upstream("{command: x, effect: \(effect), tools: {a: {effect: read}}}")
    #expect(said.effect(ofTool: "b") == effect)
    let ofTool = try upstream("{command: x, tools: {a: {effect: \(effect)}}}")
    #expect(ofTool.effect(ofTool: "a") == effect)
    #expect(ofTool.effect(ofTool: "b") == .destructive)
  }

  @Test func `a block pasted from a client works as it is`() throws {
    let loaded = try read(
      """
      {
        "$schema": "https://example.com/schema.json",
        "mcpServers": {
          "filesystem": {
            "command": "npx",
            "args": ["-y", "@modelcontextprotocol/server-filesystem", "${userHome}/src"],
            "env": {"DEBUG": "1", "GONE": null},
            "disabled": false,
            "alwaysAllow": ["read_file"],
            "autoApprove": ["write_file"],
            "disabledTools": ["delete_file"]
          },
          "remote": {
            "type": "streamableHttp",
            "url": "https://mcp.example.com/mcp",
            "headers": {"Authorization": "Bearer ${env:TOKEN}", "Content-Type": "application/json"},
            "includeTools": ["a", "b"],
            "trust": true
          }
        }
      }
      """)
    let filesystem = try #require(loaded.configuration.upstream(named: "filesystem"))
    guard case .stdio(let child) = filesystem.transport else {
      Issue.record("not stdio")
      return
    }
    #expect(child.arguments.last?.reveal() == "/home/alice/src")
    #expect(child.environment.keys.sorted() == ["DEBUG"])
    #expect(filesystem.offers(tool: "read_file"))
    #expect(!filesystem.offers(tool: "delete_file"))
    #expect(filesystem.effect(ofTool: "read_file") == .destructive)
    let remote = try #require(loaded.configuration.upstream(named: "remote"))
    guard case .http(let endpoint) = remote.transport else {
      Issue.record("not HTTP")
      return
    }
    #expect(endpoint.headers.map(\.name) == ["Authorization"])
    #expect(remote.offers(tool: "a"))
    #expect(!remote.offers(tool: "c"))
    #expect(
      loaded.warnings.map(\.path) == [
        "mcpServers.filesystem.alwaysAllow", "mcpServers.filesystem.autoApprove",
        "mcpServers.remote.headers.Content-Type", "mcpServers.remote.trust",
      ])
  }

  @Test(arguments: ["type: sse", "transport: sse"])
  func `a server over HTTP+SSE is what it says it is`(key: String) throws {
    let loaded = try read(
      """
      mcpServers:
        old: {\(key), url: 'https://old.example.com/sse', headers: {X-Team: core}}
      """)
    #expect(loaded.warnings.isEmpty)
    guard case .sse(let endpoint)? = loaded.configuration.upstream(named: "old")?.transport else {
      Issue.record("not HTTP+SSE")
      return
    }
    #expect(endpoint.url.reveal() == "https://old.example.com/sse")
    #expect(endpoint.headers.map(\.name) == ["X-Team"])
    #expect(endpoint.verifiesCertificate)
    #expect(
      errors("mcpServers: {old: {\(key), command: x}}").map(\.message)
        .contains { $0.contains("`url` is missing") })
  }

  @Test func `a server is quarantined unless the file says otherwise, for all or for one`() throws {
    func quarantined(_ root: String, _ own: String) throws -> Bool? {
      try read("\(root)\nmcpServers: {s: {command: x\(own)}}").configuration.upstreams.first?
        .isQuarantined
    }
    #expect(try quarantined("", "") == true)
    #expect(try quarantined("quarantine: false", "") == false)
    #expect(try quarantined("quarantine: false", ", quarantine: true") == true)
    #expect(try quarantined("quarantine: true", ", quarantine: false") == false)
    #expect(try read("quarantine: false").configuration.quarantine == false)
    #expect(errors("quarantine: maybe").map(\.path) == ["quarantine"])
  }

  @Test func `nothing is accepted without asking unless the file says so`() throws {
    #expect(try upstream("{command: x}").accepts.isEmpty)
    #expect(try upstream("{command: x, accept: [descriptions]}").accepts == [.descriptions])
    let found = errors("mcpServers: {s: {command: x, accept: [everything]}}")
    #expect(found.map(\.path) == ["mcpServers.s.accept[0]"])
  }

  @Test func `VS Code's name for the block is accepted, but not beside ours`() throws {
    #expect(try read("servers: {a: {command: x}}").configuration.upstreams.count == 1)
    let found = errors("servers: {a: {command: x}}\nmcpServers: {b: {command: x}}")
    #expect(found.map(\.message) == ["`mcpServers` stands in the file too"])
  }

  @Test func `a client's whole file pasted below our key is unwrapped`() throws {
    let loaded = try read(#"mcpServers: {"mcpServers": {"a": {"command": "x"}}}"#)
    #expect(loaded.configuration.upstreams.map(\.name) == ["a"])
    let server = try read("mcpServers: {servers: {command: x}}")
    #expect(server.configuration.upstreams.map(\.name) == ["servers"])
  }

  @Test func `a comment as JavaScript has it gets a hint`() {
    let found = errors("{\n  // my servers\n  \"loops\": 1}")
    #expect(found.map(\.expected) == ["`#` before a comment, as YAML has it"])
  }

  @Test func `a program beside the file stays a path wherever the file is`() throws {
    for (directory, program) in [("/d", "/d/run"), ("/", "/run"), (".", "./run")] {
      let loaded = try Configuration.read(
        ConfigurationInput(
          path: "sallyport.yaml", directory: directory,
          text: Array("mcpServers: {s: {command: ./run}}".utf8)))
      guard case .stdio(let child) = loaded.configuration.upstreams.first?.transport else {
        Issue.record("not stdio")
        return
      }
      #expect(child.command.reveal() == program)
    }
  }

  @Test(arguments: [
    ("my server", "my-server"), ("@scope/name", "scope-name"), ("a__b", "a_b"), ("a_", "a"),
    ("a.b", "a-b"),
    (String(repeating: "x", count: 40), String(repeating: "x", count: 32)),
  ])
  func `a name that cannot stand before a tool's gets a better one`(name: String, better: String) {
    let found = errors("mcpServers: {\"\(name)\": {command: x}}")
    #expect(found.map(\.suggestion) == [better])
    #expect(found.first?.line == 1 && found.first?.column == 14)
  }

  @Test(arguments: [
    ("{}", "has neither `command` nor `url`"),
    ("{command: x, url: 'http://localhost'}", "has both `command` and `url`"),
    ("{type: htp, url: 'http://localhost'}", "`htp` is not a transport"),
    ("{type: stdio, command: x, url: 'http://localhost'}", "does not belong to a stdio server"),
    ("{type: http, url: 'http://localhost', command: x}", "does not belong to an HTTP server"),
    ("{type: stdio, transport: stdio, command: x}", "stands beside `type`"),
    ("{command: uvx mcp-server-time}", "holds a space"),
    ("{command: ''}", "is empty"),
    ("{command: x, args: a}", "is text"),
    ("{command: x, args: [true]}", "is a boolean"),
    ("{command: x, args: ['${NOPE}']}", "the environment variable `NOPE` is not set"),
    ("{command: x, args: ['${NOPE']}", "`${` is never closed"),
    (
      "{command: x, env: {A: '${input:key}'}}",
      "`${input:key}` asks a person, which a gateway cannot"
    ),
    ("{command: x, env: {A=B: c}}", "`A=B` cannot be a variable's name"),
    ("{command: x, env: {A: \"a\\0b\"}}", "holds a NUL character"),
    ("{command: x, effect: reads}", "`reads` is not known"),
    (
      "{command: x, timeout: 60}", "has no unit, and clients disagree on whether that means seconds"
    ),
    ("{command: x, timeout: 5 fortnights}", "is not a duration"),
    ("{command: x, disabled: yes}", "is text"),
    ("{command: x, disabled: true, enabled: true}", "contradicts `mcpServers.s.disabled`"),
    ("{command: x, tools: {a: {effekt: read}}}", "unknown key `effekt`"),
    ("{command: x, disabledTools: ['delete_*']}", "`delete_*` is a pattern"),
    ("{command: x, oauth: {}}", "is not supported yet"),
    ("{url: ftp://localhost}", "is not a URL"),
    ("{url: 'https://'}", "has no host"),
    ("{url: 'https://user:word@example.com'}", "holds a user name or password"),
    ("{url: 'https://example.com/#x'}", "has a fragment (`#…`)"),
    ("{url: 'https://example.com:x/'}", "has no valid port"),
    ("{url: 'https://exa\\mple.com/'}", "has no valid host"),
    ("{url: 'https://a.example', headers: {'A B': c}}", "`A B` cannot be a header's name"),
    ("{url: 'https://a.example', headers: {A: b, a: c}}", "stands here twice"),
    (
      "{url: 'https://a.example', headers: {A: \"b\\r\\nC: d\"}}",
      "holds a control character, such as a line's end"
    ),
  ])
  func `a wrong upstream is named`(block: String, message: String) {
    #expect(errors("mcpServers: {s: \(block)}").map(\.message) == [message])
  }

  @Test func `variables are replaced once, and print as they were written`() throws {
    let environment = ["KEY": "sk-${TOKEN}", "EMPTY": ""]
    let upstream = try upstream(
      "{command: './bin/${NAME:-tool}', args: ['--key=${KEY}', '$${KEY}', '$KEY', '${EMPTY:-e}']}",
      environment: environment)
    guard case .stdio(let child) = upstream.transport else {
      Issue.record("not stdio")
      return
    }
    #expect(child.command.reveal() == "/etc/sp/bin/tool")
    #expect(
      child.arguments.map { $0.reveal() } == ["--key=sk-${TOKEN}", "${KEY}", "$KEY", "e"])
    var dumped = ""
    dump(upstream, to: &dumped)
    #expect(!dumped.contains("sk-") && dumped.contains("--key=${KEY}"))
    #expect(!"\(upstream)".contains("sk-"))
  }

  @Test func `an envFile is read, and env wins over it`() throws {
    let upstream = try upstream(
      "{command: x, envFile: '${workspaceFolder}/.env', env: {B: ours}}",
      files: [
        "/etc/sp/.env": """
        # comment
        A=plain # trailing
        export B="theirs"
        C='it''s'
        """.replacing("'it''s'", with: "\"line\\nend\"")
      ])
    guard case .stdio(let child) = upstream.transport else {
      Issue.record("not stdio")
      return
    }
    #expect(
      child.environment.mapValues { $0.reveal() } == ["A": "plain", "B": "ours", "C": "line\nend"])
  }

  @Test func `a wrong line of an envFile is named without its text`() {
    let found = errors(
      "mcpServers: {s: {command: x, envFile: e}}", files: ["/etc/sp/e": "A=1\nhunter2\n"])
    #expect(found.map(\.message) == ["/etc/sp/e:2: the line has no `=`"])
  }

  @Test func `equal upstreams stay equal over a reload, changed ones do not`() throws {
    let before = try upstream("{command: x, args: ['${TOKEN}'], tools: {a: {effect: read}}}")
    let same = try upstream("{tools: {a: {effect: read}}, args: ['${TOKEN}'], command: x}")
    let rotated = try upstream(
      "{command: x, args: ['${TOKEN}'], tools: {a: {effect: read}}}", environment: ["TOKEN": "new"])
    #expect(before == same)
    #expect(before != rotated)
  }

  @Test func `doubtful upstreams warn`() throws {
    let loaded = try read(
      """
      mcpServers:
        a: {url: 'http://a.example/mcp', headers: {Authorization: Bearer abc}}
        b: {url: 'https://b.example/mcp', tls_verify: false, env: {A: b}}
        c: {url: 'http://127.0.0.1:1/mcp', headers: {Authorization: '${TOKEN}'}}
      """)
    #expect(
      loaded.warnings.map { "\($0.path): \($0.message)" } == [
        "mcpServers.a.url: sends a credential over the network in clear",
        "mcpServers.a.headers.Authorization: stands in the file itself",
        "mcpServers.b.tls_verify: lets anyone on the way pose as this server",
        "mcpServers.b.env: is ignored: an HTTP server is not started here",
      ])
  }
}
