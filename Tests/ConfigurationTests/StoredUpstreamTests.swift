import Configuration
import Testing

@Suite("Upstreams of the store")
struct StoredUpstreamTests {
  private static func input(
    _ text: String = "", files: [String: String] = [:]
  ) -> ConfigurationInput {
    ConfigurationInput(
      path: "/etc/sp/sallyport.yaml", text: Array(text.utf8), environment: ["TOKEN": "t0"],
      readFile: { path throws(ConfigurationFileError) in
        guard let text = files[path] else {
          throw ConfigurationFileError(path: path, reason: "no such file")
        }
        return ConfigurationFile(bytes: Array(text.utf8), mode: 0o600)
      })
  }

  private static func stored(_ name: String, _ json: String) -> StoredUpstream {
    StoredUpstream(name: name, definition: Array(json.utf8))
  }

  private func file() throws -> Configuration {
    try Configuration.read(Self.input("mcpServers: {git: {command: a}, Notes: {command: b}}"))
      .configuration
  }

  @Test func `they stand behind those of the file and say where they come from`() throws {
    let (whole, problems) = try file().adding(
      [Self.stored("web", #"{"url":"https://example.com/mcp","effect":"read"}"#)], Self.input())
    #expect(problems.isEmpty)
    #expect(whole.upstreams.map(\.name) == ["git", "Notes", "web"])
    #expect(whole.upstreams.map(\.origin) == [.file, .file, .store])
    #expect(whole.upstream(named: "web")?.declaredEffect == .read)
  }

  @Test(
    arguments: [
      ("git", #"{"command":"x"}"#, "the file counts"),
      ("notes", #"{"command":"x"}"#, "differ in case alone"),
      ("a__b", #"{"command":"x"}"#, "cannot be a server's name"),
      ("a", #"{"command":"x","comand":"y"}"#, "unknown key `comand`"),
      ("a", #"{}"#, "neither `command` nor `url`"),
      ("a", #"{"command":"${NOT_SET}"}"#, "`NOT_SET` is not set"),
      ("a", #"{"command":"x","envFile":"gone"}"#, "no such file"), ("a", "[", "not valid YAML"),
      ("a", #"{"command":"x","command":"y"}"#, "duplicate key"),
    ])
  func `one that is wrong is left out, and the others stay`(
    name: String, json: String, reason: String
  ) throws {
    let (whole, problems) = try file().adding(
      [Self.stored(name, json), Self.stored("web", #"{"command":"x"}"#)], Self.input())
    #expect(whole.upstreams.map(\.name) == ["git", "Notes", "web"])
    #expect(problems.map(\.name) == [name])
    #expect(problems.first?.reason.contains(reason) == true, "\(problems)")
  }

  @Test func `what the operator disabled is disabled, wherever it comes from`() throws {
    let (whole, _) = try file().adding(
      [Self.stored("web", #"{"command":"x"}"#)], disabled: ["git", "web", "gone"], Self.input())
    #expect(whole.upstreams.map(\.isEnabled) == [false, true, false])
  }

  @Test func `variables of its own file count before the environment`() throws {
    let json = #"{"url":"https://h/mcp?k=${KEY}","envFile":["a","b"],"headers":{"X-A":"${TOKEN}"}}"#
    let (upstream, _) = try Configuration.read(
      Self.stored("web", json),
      Self.input(files: ["/etc/sp/a": "KEY=old\n", "/etc/sp/b": "TOKEN=own\nKEY=new\n"]))
    guard case .http(let endpoint) = upstream.transport else {
      Issue.record("not over HTTP")
      return
    }
    #expect(endpoint.url.reveal() == "https://h/mcp?k=new")
    #expect(endpoint.url.source == "https://h/mcp?k=${KEY}")
    #expect(endpoint.headers.map { $0.value.reveal() } == ["own"])
  }

  @Test func `one server's variables are not another's`() throws {
    let text = """
      mcpServers:
        a: {command: x, envFile: own}
        b: {command: x, args: ["${TOKEN}"]}
      """
    let configuration = try Configuration.read(
      Self.input(text, files: ["/etc/sp/own": "TOKEN=own"])
    ).configuration
    guard case .stdio(let process) = configuration.upstream(named: "b")?.transport else {
      Issue.record("no process")
      return
    }
    #expect(process.arguments.map { $0.reveal() } == ["t0"])
  }

  @Test(
    arguments: [
      ["A": "plain"], ["A": "", "B": " spaces # and ' quotes \" \\ $HOME ${X} \\n"],
      ["PEM": "-----BEGIN-----\r\nabc\n\t-----END-----\n"],
    ])
  func `a file of variables reads as it was written`(variables: [String: String]) throws {
    let text = try EnvironmentFile.text(of: variables)
    let (upstream, _) = try Configuration.read(
      Self.stored("a", #"{"command":"x","envFile":"/e"}"#), Self.input(files: ["/e": text]))
    guard case .stdio(let process) = upstream.transport else {
      Issue.record("no process")
      return
    }
    #expect(process.environment.mapValues { $0.reveal() } == variables)
  }

  @Test(arguments: [["a-b": "x"], ["A": "nul\0"], ["A": "line\u{2028}separator"], ["": "x"]])
  func `a file of variables holds nothing that it could not give back`(
    variables: [String: String]
  ) {
    #expect(throws: UnwritableVariable.self) { try EnvironmentFile.text(of: variables) }
  }
}
