import JSON
import Testing

/// The main job: an unmodified client, three real servers, both eras on both transports.
@Suite(.ownThreads, .gateway { try RealServers.start() })
struct RealServersTests {
  struct Way: Sendable, CustomTestStringConvertible {
    let mode: String
    let isStdio: Bool

    var version: String { mode == "auto" ? "2026-07-28" : "2025-11-25" }
    var testDescription: String { "\(mode) over \(isStdio ? "stdio" : "HTTP")" }

    func client(of gateway: Gateway) -> SDKClient {
      SDKClient(
        transport: isStdio
          ? .stdio(configuration: gateway.scratch.file("sallyport.yaml"))
          : .http(port: gateway.port), mode: mode)
    }

    static let all = [
      Way(mode: "auto", isStdio: false), Way(mode: "legacy", isStdio: false),
      Way(mode: "auto", isStdio: true), Way(mode: "legacy", isStdio: true),
    ]
  }

  @Test("The SDK's client reaches three real servers at once", arguments: Way.all)
  func reachesThreeServers(way: Way) throws {
    let gateway = try gateway
    let repository = gateway.scratch.file("repository")
    let said = try way.client(of: gateway).run(
      """
      [{"do": "list"},
       {"do": "call", "tool": "time__get_current_time", "arguments": {"timezone": "UTC"}},
       {"do": "call", "tool": "git__git_status", "arguments": {"repo_path": "\(repository)"}},
       {"do": "call", "tool": "sdk__add", "arguments": {"a": 40, "b": 2}},
       {"do": "call", "tool": "sdk__count", "arguments": {"upto": 3}, "progress": true},
       {"do": "call", "tool": "old__echo", "arguments": {"to": "a session-era server"}},
       {"do": "call", "tool": "new__echo", "arguments": {"to": "a stateless server"}},
       {"do": "call", "tool": "new__progress", "progress": true},
       {"do": "call", "tool": "sdk__fail"},
       {"do": "call", "tool": "time__no_such_tool"},
       {"do": "call", "tool": "time__get_current_time", "arguments": {"timezone": 7}}]
      """)
    try #require(said.count == 12)
    #expect(said[0].has("version", way.version))
    #expect(said[0].has("server", "sallyport"))
    let names = said[1][member: "names"]?.elements.compactMap(\.string) ?? []
    for name in ["time__get_current_time", "git__git_status", "sdk__add", "old__echo", "new__echo"]
    {
      #expect(names.contains(name))
    }
    #expect(names == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    for answer in said[2...8] { #expect(answer[member: "isError"]?.bool == false, "\(answer)") }
    #expect(said[2][member: "text"]?.string?.contains("UTC") == true)
    #expect(said[3][member: "text"]?.string?.contains("On branch") == true)
    #expect(said[4].has("text", "42"))
    #expect(said[5][member: "progress"]?.elements.compactMap(\.double) == [1, 2, 3])
    #expect(said[6].has("text", #"{"to": "a session-era server"}"#))
    #expect(said[7].has("text", #"{"to": "a stateless server"}"#))
    #expect(said[8][member: "progress"]?.elements.compactMap(\.double) == [1, 2, 3])
    #expect(said[9][member: "isError"]?.bool == true)
    #expect(said[9][member: "text"]?.string?.contains("Error executing tool fail") == true)
    #expect(said[10][member: "error"]?.string?.contains("no_such_tool") == true)
    #expect(said[11][member: "isError"]?.bool == true)
    #expect(said[11][member: "text"]?.string?.contains("timezone") == true)
  }

  @Test("Each upstream is spoken to in its own era")
  func learnsEras() throws {
    let gateway = try gateway
    #expect(try gateway.upstream("time").has("protocolVersion", "2026-07-28"))
    #expect(try gateway.upstream("sdk").has("protocolVersion", "2026-07-28"))
    #expect(try gateway.upstream("new").has("protocolVersion", "2026-07-28"))
    #expect(try gateway.upstream("old").has("protocolVersion", "2025-06-18"))
    for name in ["time", "git", "sdk", "old", "new"] {
      #expect(try gateway.upstream(name).has("state", "ready"))
    }
  }

  @Test("`sallyport stdio` is a whole gateway when none runs", arguments: ["auto", "legacy"])
  func stdioAlone(mode: String) throws {
    let scratch = Scratch()
    try scratch.write(Gateway.openPolicy, to: "policies/test.cedar")
    try scratch.write(
      Gateway.configuration([
        "time": try Upstreams.time(), "old": Upstreams.scripted("--version", "2025-03-26"),
      ]), to: "sallyport.yaml")
    let client = SDKClient(
      transport: .stdio(configuration: scratch.file("sallyport.yaml")), mode: mode)
    let said = try client.run(
      """
      [{"do": "call", "tool": "time__get_current_time", "arguments": {"timezone": "UTC"}},
       {"do": "call", "tool": "old__progress", "progress": true}, {"do": "list"}]
      """)
    #expect(said[0].has("version", mode == "auto" ? "2026-07-28" : "2025-11-25"))
    #expect(said[1][member: "isError"]?.bool == false, "\(said[1])")
    #expect(said[2][member: "progress"]?.elements.compactMap(\.double) == [1, 2, 3])
    #expect((said[3][member: "names"]?.count ?? 0) > 10)
  }
}

enum RealServers {
  static func start() throws -> Gateway {
    let scratch = Scratch()
    let repository = scratch.file("repository")
    _ = try Process.run("/usr/bin/git", ["init", "-q", repository])
    let server = try HTTPServerFixture.sdk(in: scratch)
    let gateway = try Gateway(
      upstreams: [
        "time": try Upstreams.time(), "git": try Upstreams.git(repository),
        "sdk": Upstreams.http(server), "old": Upstreams.scripted(),
        "new": Upstreams.scripted("--era", "stateless"),
      ], scratch: scratch)
    gateway.keep(server)
    try gateway.awaitStateless("time", "git", "new")
    return gateway
  }
}
