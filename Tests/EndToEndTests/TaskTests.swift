import Glibc
import JSON
import Testing

/// Tasks of 2025-11-25: the client and the server of the Python SDK that still has them, with the
/// gateway between them.
@Suite(
  .ownThreads,
  .enabled(
    if: Programs.oldPython != nil,
    "no SDK of the session era in .venv-old: run Scripts/python-environment.sh"))
struct TaskTests {
  struct Way: Sendable, CustomTestStringConvertible {
    let overHTTP: Bool
    let ownIDs: Bool
    var testDescription: String {
      "\(ownIDs ? "own" : "aggregated") endpoint, server over \(overHTTP ? "HTTP" : "stdio")"
    }
  }

  static let ways = [true, false].flatMap { overHTTP in
    [true, false].map { Way(overHTTP: overHTTP, ownIDs: $0) }
  }

  @Test("The SDK's client makes tasks of calls", arguments: ways)
  func uses(way: Way) throws {
    let python = try #require(Programs.oldPython)
    let scratch = Scratch()
    let program = Programs.fixture("tasks_server.py")
    let gateway: Gateway
    if way.overHTTP {
      let server = try HTTPServerFixture.old(["-W", "ignore", program, "--http"], in: scratch)
      gateway = try Gateway(upstreams: ["tasks": Upstreams.http(server)], scratch: scratch)
      gateway.keep(server)
    } else {
      gateway = try Gateway(
        upstreams: [
          "tasks": "command: \(python), args: [-W, ignore, \"\(program)\"], effect: read"
        ], scratch: scratch)
    }
    let path = way.ownIDs ? "/servers/tasks/mcp" : "/mcp"
    let finished = try Process.run(
      python, ["-W", "ignore", Programs.fixture("tasks_client.py")],
      environment: Gateway.environment,
      input: """
        {"url":"http://127.0.0.1:\(gateway.port)\(path)","token":"\(Gateway.token)",\
        "other":"\(Gateway.secondToken)","prefix":"\(way.ownIDs ? "" : "tasks__")",\
        "uri":"\(way.ownIDs ? "" : "tasks+")note://1"}
        """,
      until: .after(.seconds(300)))
    let said = try finished.output.split(separator: "\n").map {
      try JSONDocument(parsing: Array($0.utf8)).root
    }
    for feature in said {
      #expect(
        feature[member: "got"]?.description == feature[member: "expected"]?.description,
        "\(feature)")
    }
    #expect(finished.code == 0, "\(finished.errors)")
    #expect(said.last?.has("feature", "told of the task") == true)
    // A server whose tasks still work does not end with its input: the gateway ends it.
    #expect(try gateway.stop() == 0)
  }
}
