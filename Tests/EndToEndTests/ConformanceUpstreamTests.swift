import JSON
import Testing

/// What the gateway is to those behind it: servers that watch how they are treated.
@Suite(.ownThreads, .gateway { try WatchingServers.gateway() })
struct ConformanceUpstreamTests {
  @Test("A server that watches finds nothing wrong", arguments: WatchingServers.names)
  func nothingIsWrong(scenario: String) throws {
    let gateway = try gateway
    let verdicts = try WatchingServers.verdicts.value(for: gateway.port) {
      try WatchingServers.judge(gateway)
    }
    let found = try #require(verdicts[scenario], "the scenario was not run")
    #expect(found.passed, "\(found.failures.joined(separator: "; "))")
  }

  @Test("The official requirements of clients without authorization are all asked")
  func asksAll() {
    #expect(WatchingServers.names.count == 11)
  }
}

enum WatchingServers {
  static let names = Conformance.lines(["client.py", "list"])
  static let verdicts = Once<UInt16, [String: Conformance.Verdict]>()

  /// As `client.py` names them.
  private static func serverName(of scenario: String) -> String {
    let short = scenario.map { $0 == "_" ? "-" : $0 }.prefix(20)
    return String(short.last == "-" ? short.dropLast() : short)
  }

  static func gateway() throws -> Gateway {
    let scratch = Scratch()
    let server = try HTTPServerFixture.python(
      [Conformance.program("client.py"), "serve"], in: scratch)
    var upstreams: [String: String] = [:]
    for name in names {
      upstreams[serverName(of: name)] = "url: \(server.url)/\(name)/mcp, effect: read"
    }
    let gateway = try Gateway(
      upstreams: upstreams, policy: "permit (principal, action, resource);", scratch: scratch)
    gateway.keep(server)
    try scratch.write(server.url, to: "watching.url")
    return gateway
  }

  static func judge(_ gateway: Gateway) throws -> [String: Conformance.Verdict] {
    let base = try #require(gateway.scratch.lines(of: "watching.url").first)
    let finished = try Process.run(
      try Programs.python(),
      [
        Conformance.program("client.py"), "judge", base, "http://127.0.0.1:\(gateway.port)",
        "--header", "Authorization: Bearer \(Gateway.token)", "--json",
      ], environment: Gateway.environment, until: .after(.seconds(300)))
    return try Conformance.read(finished.output, of: "the gateway as a client")
  }
}
