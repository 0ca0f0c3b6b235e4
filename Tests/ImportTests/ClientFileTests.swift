import Configuration
@testable import Import
import JSON
import Testing

@Suite("Configuration files of other programs")
struct ClientFileTests {
  private func servers(
    _ client: ClientApplication, _ text: String, path: String = "/home/a/file"
  ) throws -> [ImportedServer] {
    try ClientFile.servers(in: Array(text.utf8), of: client, path: path, home: "/home/a")
  }

  private func only(
    _ client: ClientApplication, _ text: String, path: String = "/home/a/file"
  ) throws -> ImportedServer {
    let found = try servers(client, text, path: path)
    try #require(found.count == 1)
    return found[0]
  }

  private func definition(_ server: ImportedServer) -> String {
    String(decoding: server.definition, as: UTF8.self)
  }

  @Test func `Claude Desktop: a program with its variables`() throws {
    let server = try only(
      .claudeDesktop,
      #"{"mcpServers": {"my server!": {"command": "npx", "args": ["-y", "pkg@1.2"],"#
        + #""env": {"API_KEY": "s3cret", "HOME": "${HOME}", "N": 7}}}}"#)
    #expect(server.name == "my-server")
    #expect(server.originalName == "my server!")
    #expect(
      definition(server)
        == #"{"command":"npx","args":["-y","pkg@1.2"],"env":{"HOME":"${HOME}"}}"#)
    #expect(server.secrets == ["API_KEY": "s3cret", "N": "7"])
    #expect(server.summary == "npx -y pkg@1.2")
    #expect(server.notes == ["is called `my-server` here"])
  }

  @Test func `Claude Code: the user's servers and those of projects`() throws {
    let found = try servers(
      .claudeCode,
      #"{"mcpServers": {"a": {"type": "http", "url": "https://h/mcp", "#
        + #""headers": {"Authorization": "Bearer ${T:-x}", "X-Key": "k"}}}, "numStartups": 7, "#
        + #""projects": {"/src": {"mcpServers": {"b": {"command": "./run"}}}}}"#)
    #expect(found.map(\.name) == ["a", "b"])
    #expect(
      definition(found[0])
        == #"{"type":"http","url":"https://h/mcp","headers":{"Authorization":"Bearer ${T:-x}","#
        + #""X-Key":"${HEADER_X_KEY}"}}"#)
    #expect(found[0].secrets == ["HEADER_X_KEY": "k"])
    #expect(definition(found[1]) == #"{"command":"./run","cwd":"/src"}"#)
    #expect(found[1].notes == ["was for the project /src alone"])
  }

  @Test func `VS Code: comments, inputs and the workspace`() throws {
    let server = try only(
      .vsCode,
      """
      {
        // what is asked
        "inputs": [{"type": "promptString", "id": "api-key", "password": true}],
        "servers": {
          "gh": {
            "type": "stdio", /* so */ "command": "docker",
            "args": ["run", "-v", "${workspaceFolder}:/w", "-e", "//x"],
            "env": {"KEY": "${input:api-key}", "E": "${env:E}"},
          },
        },
      }
      """, path: "/src/p/.vscode/mcp.json")
    #expect(
      definition(server)
        == #"{"type":"stdio","command":"docker","args":["run","-v","/src/p:/w","-e","//x"],"#
        + #""env":{"KEY":"${INPUT_API_KEY}","E":"${env:E}"},"cwd":"/src/p"}"#)
    #expect(server.secrets.isEmpty)
    #expect(
      server.notes == [
        "asks for `api-key` there; here the gateway reads INPUT_API_KEY from its environment"
      ])
  }

  @Test func `Cursor and Windsurf: other names for the address, and what grants is left out`()
    throws
  {
    let text =
      #"{"mcpServers": {"a": {"serverUrl": "https://h/mcp?api_key=k1&q=x", "disabled": true, "#
      + #""alwaysAllow": ["t"], "disabledTools": ["rm"], "colour": 1}}}"#
    for client in [ClientApplication.cursor, .windsurf] {
      let server = try only(client, text)
      #expect(
        definition(server)
          == #"{"url":"https://h/mcp?api_key=${URL_API_KEY}&q=x","disabled":true,"#
          + #""disabledTools":["rm"]}"#)
      #expect(server.secrets == ["URL_API_KEY": "k1"])
      #expect(server.transport == "http")
      #expect(
        server.notes == [
          "`alwaysAllow` is left out: it grants nothing here, policies do",
          "`colour` is left out: it is not known here",
        ])
    }
  }

  @Test func `Codex: tables of TOML`() throws {
    let found = try servers(
      .codex,
      """
      model = "x"
      [mcp_servers.docs]
      command = "docs-server"
      args = ["${literal}"]
      env_vars = ["A", { name = "B", source = "local" }]
      tool_timeout_sec = 1.5
      startup_timeout_sec = 10
      enabled_tools = ["search"]
      [mcp_servers.docs.env]
      TOKEN = "t"
      [mcp_servers.web]
      url = "https://h/mcp"
      bearer_token_env_var = "WEB_TOKEN"
      http_headers = { "X-Team" = "blue" }
      env_http_headers = { "X-Id" = "WEB_ID" }
      enabled = false
      """)
    #expect(
      definition(found[0])
        == #"{"command":"docs-server","args":["$${literal}"],"env":{"A":"${A:-}","B":"${B:-}"},"#
        + #""timeout":"1500ms","enabledTools":["search"]}"#)
    #expect(found[0].secrets == ["TOKEN": "t"])
    #expect(
      definition(found[1])
        == #"{"url":"https://h/mcp","headers":{"X-Team":"${HEADER_X_TEAM}","#
        + #""X-Id":"${WEB_ID}","Authorization":"Bearer ${WEB_TOKEN}"},"enabled":false}"#)
    #expect(found.allSatisfy { $0.notes.isEmpty })
  }

  @Test func `Gemini: variables without braces, milliseconds`() throws {
    let server = try only(
      .gemini,
      #"{"mcpServers": {"a": {"httpUrl": "https://h/mcp", "timeout": 5000, "trust": true, "#
        + #""headers": {"Authorization": "Bearer $TOKEN", "X-Price": "$5"}, "#
        + #""includeTools": ["x"]}}}"#)
    #expect(
      definition(server)
        == #"{"url":"https://h/mcp","headers":{"Authorization":"Bearer ${TOKEN}","#
        + #""X-Price":"${HEADER_X_PRICE}"},"timeout":"5000ms","enabledTools":["x"]}"#)
    #expect(server.secrets == ["HEADER_X_PRICE": "$5"])
  }

  @Test(
    arguments: [
      (["--token", "abc"], ["--token", "${ARGUMENT_TOKEN}"]),
      (["--api-key=abc"], ["--api-key=${ARGUMENT_API_KEY}"]),
      (["ghp_0123456789abcdef"], ["${ARGUMENT_1}"]),
      (["postgres://u:p@h/db"], ["${ARGUMENT_1}"]),
      (
        ["--header", "Authorization: Bearer sk-0123456789abc"], ["--header", "${ARGUMENT_HEADER}"]
      ),
      (["-y", "@scope/server-keyring@1.2.3", "--port", "8080"], nil),
      (["run", "mcp/server@sha256:" + String(repeating: "ab12", count: 16)], nil),
      (["--directory", "/home/a/key/tokens"], nil), (["--token", "${T}"], nil),
    ])
  func `of arguments, what looks like a secret is kept apart`(
    arguments: [String], expected: [String]?
  ) throws {
    var writer = JSONWriter()
    writer.beginArray()
    for argument in arguments { writer.string(argument) }
    writer.endArray()
    let list = String(decoding: writer.bytes, as: UTF8.self)
    let server = try only(
      .claudeDesktop, #"{"mcpServers": {"a": {"command": "x", "args": \#(list)}}}"#)
    let found = try JSONDocument(parsing: server.definition).root[member: "args"]
    #expect(found?.elements.compactMap(\.string) == expected ?? arguments)
    #expect(server.secrets.isEmpty == (expected == nil))
    for value in server.secrets.values {
      #expect(!server.summary.contains(value))
      #expect(!definition(server).contains(value))
    }
  }

  @Test(arguments: ["[]", "{", "{\"a\": }", ""])
  func `a file that is not what it should be says so`(text: String) {
    #expect(throws: ImportError.self) { try servers(.cursor, text) }
    #expect(throws: ImportError.self) { try servers(.codex, "= 1") }
  }

  @Test(
    arguments: [
      "{}", #"{"mcpServers": null}"#, #"{"mcpServers": []}"#, #"{"mcpServers": {"a": 1}}"#,
    ])
  func `a file without servers has none`(text: String) throws {
    #expect(try servers(.cursor, text).isEmpty)
  }

  @Test func `what is carried over is right here, with its secrets in a file`() throws {
    let text = #"""
      {"mcpServers": {"a": {"command": "npx", "args": ["--token", "t0"], "env": {"K": "v\n$x"}}}}
      """#
    let server = try only(.claudeDesktop, text)
    let file = try EnvironmentFile.text(of: server.secrets)
    let written =
      String(decoding: server.definition.dropLast(), as: UTF8.self) + #","envFile":"/e"}"#
    let (upstream, _) = try Configuration.read(
      StoredUpstream(name: server.name, definition: Array(written.utf8)),
      ConfigurationInput(
        path: "x", text: [],
        readFile: { _ throws(ConfigurationFileError) in
          ConfigurationFile(bytes: Array(file.utf8), mode: 0o600)
        }))
    guard case .stdio(let process) = upstream.transport else {
      Issue.record("no process")
      return
    }
    #expect(process.arguments.map { $0.reveal() } == ["--token", "t0"])
    #expect(process.environment["K"]?.reveal() == "v\n$x")
  }
}

@Suite("A plan to import")
struct ImportPlanTests {
  private func server(
    _ name: String, _ client: ClientApplication = .cursor, file: String = "f",
    _ definition: String = "{}", summary: String = "x", transport: String = "stdio"
  ) -> ImportedServer {
    ImportedServer(
      name: name, originalName: name, client: client, file: file,
      definition: Array(definition.utf8), secrets: [:], transport: transport, summary: summary,
      notes: [])
  }

  @Test func `names that are taken, twins and the gateway itself are left out`() {
    let plan = ImportPlan(
      [
        server("Taken"), server("a"), server("a", .gemini, file: "g"),
        server("a", .codex, file: "h", #"{"x":1}"#),
        server("own", summary: "/usr/bin/sallyport stdio --config x"),
        server("me", summary: "http://localhost:8808/mcp", transport: "http"), server("b"),
      ], existing: ["taken"], own: ["127.0.0.1:8808"])
    #expect(plan.additions.map(\.name) == ["a", "a-codex", "b"])
    #expect(
      plan.items.map(\.obstacle) == [
        "there is a server of this name", nil, "the same as in f", nil, "it is this gateway",
        "it is this gateway", nil,
      ])
  }

  @Test func `only what is wanted is planned`() {
    let plan = ImportPlan([server("a"), server("b")], existing: [], wanted: ["b"])
    #expect(plan.items.map(\.server.name) == ["b"])
  }

  @Test func `files are known by their places`() {
    for client in ClientApplication.allCases {
      for path in client.places(home: "/home/a", project: "/src/p") {
        #expect(ClientApplication.guess(path: path) == client, "\(path)")
      }
    }
    #expect(ClientApplication.guess(path: "/x/other.json") == nil)
  }
}
