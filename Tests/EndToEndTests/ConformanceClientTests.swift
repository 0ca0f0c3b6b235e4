import JSON
import Testing

/// The Python SDK's client, unmodified, uses every feature of the server with everything through
/// the gateway, in either era before either era.
@Suite(.ownThreads, .gateway { try Conformance.gateway() })
struct ConformanceClientTests {
  enum Face: String, CaseIterable {
    /// The endpoint of one server.
    case own
    /// The endpoint where all servers are.
    case aggregated
    /// `sallyport stdio`, which reaches the gateway that runs.
    case stdio
  }

  struct Way: Hashable, Sendable, CustomTestStringConvertible {
    let mode: String
    let face: Face
    let upstream: ConformanceCell.Upstream
    var feature = ""

    var testDescription: String { "\(feature), \(mode) at \(face) before \(upstream)" }

    static let features = [
      "tools", "headers", "progress", "logging", "elicitation", "page", "sampling",
      "roots_of_the_client", "all_at_once", "rounds", "prompt", "prompts", "prompt_that_asks",
      "completion", "resources", "templates", "binary", "missing_resource", "updates",
      "error_of_a_tool",
    ]

    static let all: [Way] = ["auto", "legacy"].flatMap { mode in
      Face.allCases.flatMap { face in
        let upstreams: [ConformanceCell.Upstream] =
          face == .own ? ConformanceCell.Upstream.allCases : [.modern, .old]
        return upstreams.flatMap { upstream in
          features.map { Way(mode: mode, face: face, upstream: upstream, feature: $0) }
        }
      }
    }
  }

  private static let answers = Once<Way, [JSONNode]>()

  @Test("The SDK's client uses a feature", arguments: Way.all)
  func uses(way: Way) throws {
    let gateway = try gateway
    let said = try Self.answers.value(
      for: Way(mode: way.mode, face: way.face, upstream: way.upstream)
    ) {
      try run(way, gateway)
    }
    let version = way.mode == "auto" ? "2026-07-28" : "2025-11-25"
    #expect(said.first?.has("version", version) == true)
    let feature = try #require(
      said.first { $0.has("feature", way.feature) }, "\(way.feature) was not used")
    let expected = try #require(feature[member: "expected"], "\(feature)")
    #expect(feature[member: "got"]?.description == expected.description)
  }

  private func run(_ way: Way, _ gateway: Gateway) throws -> [JSONNode] {
    let port = gateway.port
    let server = way.upstream.rawValue
    let connection =
      switch way.face {
      case .own:
        #""url":"http://127.0.0.1:\#(port)/servers/\#(server)/mcp","token":"\#(Gateway.token)""#
      case .aggregated:
        #""url":"http://127.0.0.1:\#(port)/mcp","token":"\#(Gateway.token)","server":"\#(server)""#
      case .stdio:
        #""command":"\#(try Programs.sallyport)","arguments":["stdio","--config",""#
          + #"\#(gateway.scratch.file("sallyport.yaml"))"],"server":"\#(server)""#
      }
    let finished = try Process.run(
      try Programs.python(), [Programs.fixture("sdk_everything_client.py")],
      environment: Gateway.environment, input: #"{"mode":"\#(way.mode)",\#(connection)}"#,
      until: .after(.seconds(400)))
    let said = try finished.output.split(separator: "\n").map {
      try JSONDocument(parsing: Array($0.utf8)).root
    }
    guard !said.isEmpty else { throw TimedOut(description: finished.errors) }
    return said
  }
}
