import Import
import JSON
import Testing

@Suite("Servers of a registry")
struct RegistryTests {
  private static let weather = """
    {
      "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
      "name": "io.github.example/weather",
      "title": "Weather",
      "description": "Forecasts for any place",
      "version": "1.4.0",
      "repository": {"url": "https://github.com/example/weather", "source": "github"},
      "packages": [
        {
          "registryType": "npm", "identifier": "@example/weather-mcp", "version": "1.4.0",
          "transport": {"type": "stdio"},
          "packageArguments": [
            {"type": "positional", "value": "serve"},
            {"type": "named", "name": "--units", "default": "metric", "choices": ["metric", "us"]},
            {"type": "named", "name": "--cache", "valueHint": "dir"}
          ],
          "environmentVariables": [
            {"name": "API_KEY", "description": "From the site", "isRequired": true,
             "isSecret": true},
            {"name": "LANG", "default": "en"}
          ]
        },
        {"registryType": "pypi", "identifier": "weather-mcp", "version": "1.4.0",
         "transport": {"type": "stdio"}},
        {"registryType": "oci", "identifier": "docker.io/example/weather:1.4.0",
         "transport": {"type": "stdio"},
         "environmentVariables": [{"name": "API_KEY", "isRequired": true, "isSecret": true}]},
        {"registryType": "nuget", "identifier": "Weather", "version": "1.4.0",
         "transport": {"type": "stdio"}}
      ],
      "remotes": [
        {"type": "sse", "url": "https://old.example.com/sse"},
        {"type": "streamable-http", "url": "https://{region}.example.com/mcp",
         "variables": {"region": {"default": "eu", "choices": ["eu", "us"]}},
         "headers": [
           {"name": "Authorization", "value": "Bearer {token}", "isRequired": true,
            "variables": {"token": {"isRequired": true, "isSecret": true}}},
           {"name": "X-Trace", "value": "${HOME}"}
         ]}
      ]
    }
    """

  private func server(_ text: String = RegistryTests.weather) throws -> RegistryServer {
    try #require(try RegistryFile(Array(text.utf8), source: "s").servers.first)
  }

  private func text(_ proposal: RegistryProposal) -> String {
    String(decoding: proposal.definition, as: UTF8.self)
  }

  @Test func `a server.json is read`() throws {
    let server = try server()
    #expect(server.name == "io.github.example/weather")
    #expect(server.ways == ["remote", "npm", "pypi", "oci"])
    #expect(server.packages[0].environment.map(\.name) == ["API_KEY", "LANG"])
    #expect(server.repository == "https://github.com/example/weather")
  }

  @Test func `a package is started in its one version, and what it needs is named`() throws {
    let bare = try server().proposal(by: "npm")
    #expect(bare.missing.map(\.name) == ["API_KEY"])
    #expect(bare.optional.map(\.name) == ["--cache"])
    let proposal = try server().proposal(by: "npm", given: ["API_KEY": "k", "--units": "us"])
    #expect(proposal.missing.isEmpty)
    #expect(proposal.name == "weather")
    #expect(
      text(proposal)
        == #"{"command":"npx","args":["-y","@example/weather-mcp@1.4.0","serve","--units","us"],"#
        + #""env":{"LANG":"en"}}"#)
    #expect(proposal.secrets == ["API_KEY": "k"])
    #expect(
      text(try server().proposal(by: "pypi"))
        == #"{"command":"uvx","args":["weather-mcp==1.4.0"]}"#)
    #expect(
      text(try server().proposal(by: "oci", given: ["API_KEY": "${K}"]))
        == #"{"command":"docker","args":["run","-i","--rm","-e","API_KEY","#
        + #""docker.io/example/weather:1.4.0"],"env":{"API_KEY":"${K}"}}"#)
  }

  @Test func `an address is filled in, and a registry cannot ask for the gateway's variables`()
    throws
  {
    let proposal = try server().proposal(given: ["region": "us", "token": "t0"])
    #expect(
      text(proposal)
        == #"{"type":"http","url":"https://us.example.com/mcp","headers":{"#
        + #""Authorization":"Bearer ${TOKEN}","X-Trace":"$${HOME}"}}"#)
    #expect(proposal.secrets == ["TOKEN": "t0"])
    #expect(try server().proposal().missing.map(\.name) == ["token"])
  }

  @Test(
    arguments: [
      #"{"registryType":"npm","identifier":"a","version":"latest"}"#,
      #"{"registryType":"npm","identifier":"a","version":"^1.0"}"#,
      #"{"registryType":"npm","identifier":"a"}"#,
      #"{"registryType":"npm","identifier":"--x","version":"1"}"#,
      #"{"registryType":"npm","identifier":"a b","version":"1"}"#,
      #"{"registryType":"pypi","identifier":"${X}","version":"1"}"#,
      #"{"registryType":"oci","identifier":"a/b:latest"}"#,
      #"{"registryType":"oci","identifier":"-v","version":"1"}"#,
      #"{"registryType":"nuget","identifier":"A","version":"1"}"#,
      #"{"registryType":"npm","identifier":"a","version":"1","transport":{"type":"sse"}}"#,
    ])
  func `what names no exact version or no usable package is not proposed`(package: String) throws {
    let server = try server(
      #"{"name":"a.b/c","description":"d","version":"1","packages":[\#(package)]}"#)
    #expect(throws: RegistryProposalError.self) { try server.proposal() }
  }

  @Test func `a registry's answer has the state of each server, and where it goes on`() throws {
    let answer = """
      {"servers": [
        {"server": {"name": "a.b/old", "description": "x", "version": "1"},
         "_meta": {"io.modelcontextprotocol.registry/official": {"status": "deprecated"}}},
        {"server": {"name": "no slash", "version": "1"}}, {"server": 7},
        {"server": {"name": "a.b/new", "description": "x", "version": "2"}}],
       "metadata": {"nextCursor": "c", "count": 4}}
      """
    let file = try RegistryFile(Array(answer.utf8), source: "s")
    #expect(file.servers.map(\.name) == ["a.b/old", "a.b/new"])
    #expect(file.servers.map(\.status) == ["deprecated", nil])
    #expect(file.nextCursor == "c")
  }

  @Test(arguments: ["", "{", "7", "{}", #"{"name":"a/b"}"#])
  func `a file that is none says so`(text: String) {
    #expect(throws: ImportError.self) { try RegistryFile(Array(text.utf8), source: "s") }
  }

  @Test func `every word must stand somewhere, and names count most`() throws {
    let list = try RegistryFile(
      Array(
        #"""
        [{"name":"a.b/weather-pro","description":"x","version":"1"},
         {"name":"a.b/maps","description":"weather maps","version":"1"},
         {"name":"a.b/weather","description":"x","version":"1"},
         {"name":"a.b/time","description":"clock","version":"1"}]
        """#.utf8), source: "s"
    ).servers
    func found(_ query: String) -> [String] { RegistryFile.search(list, for: query).map(\.name) }
    #expect(found("Weather") == ["a.b/weather", "a.b/weather-pro", "a.b/maps"])
    #expect(found("weather maps") == ["a.b/maps"])
    #expect(found("").count == 4)
    #expect(RegistryFile.server(named: "weather", in: list)?.name == "a.b/weather")
    #expect(RegistryFile.server(named: "a.b/time", in: list)?.name == "a.b/time")
    #expect(RegistryFile.server(named: "gone", in: list) == nil)
  }
}
