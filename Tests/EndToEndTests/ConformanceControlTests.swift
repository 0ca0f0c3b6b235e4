import Testing

/// The control: the scenarios without a gateway, before a server that is as it must be, and before
/// one whose answers are corrupted.
@Suite(.ownThreads)
struct ConformanceControlTests {
  struct Way: Sendable, CustomTestStringConvertible {
    let revision: String
    var flags: [String] = []

    var testDescription: String { ([revision] + flags).joined(separator: " ") }

    static let all = [
      Way(revision: "2026-07-28"), Way(revision: "2025-11-25"),
      Way(revision: "2025-11-25", flags: ["--session-era"]),
    ]
  }

  @Test("Every scenario passes before the server itself", arguments: Way.all)
  func passesDirectly(way: Way) throws {
    let server = try Self.server(way.flags, Scratch())
    let finished = try Process.run(
      try Programs.python(),
      [Conformance.program("run.py"), server.url, "--revision", way.revision, "--strict"],
      environment: Gateway.environment, until: .after(.seconds(300)))
    #expect(finished.code == 0, "\(finished.output)")
    print("conformance, directly: \(finished.output.split(separator: "\n").last ?? "nothing")")
  }

  @Test("A corrupted answer is noticed")
  func noticesCorruption() throws {
    let server = try Self.server([], Scratch())
    let finished = try Process.run(
      try Programs.python(), [Conformance.program("mutations.py"), server.url, server.url],
      environment: Gateway.environment, until: .after(.seconds(300)))
    #expect(finished.code == 0, "\(finished.output)")
  }

  private static func server(_ flags: [String], _ scratch: Scratch) throws -> HTTPServerFixture {
    try HTTPServerFixture.python(
      [Programs.fixture("everything_server.py"), "http"] + flags, in: scratch)
  }
}
