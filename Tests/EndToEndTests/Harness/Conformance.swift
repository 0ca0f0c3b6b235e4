import JSON
import Testing

/// A client's revision in front of the gateway and a kind of server behind it.
struct ConformanceCell: Hashable, Sendable, CustomTestStringConvertible {
  /// The server behind the gateway; the raw value is its name there.
  enum Upstream: String, CaseIterable {
    case modern, old, pipe, oldpipe

    var isStateless: Bool { self == .modern || self == .pipe }

    fileprivate var arguments: [String] {
      let transport = self == .pipe || self == .oldpipe ? "stdio" : "http"
      return [Programs.fixture("everything_server.py"), transport]
        + (isStateless ? [] : ["--session-era"])
    }
  }

  let revision: String
  let upstream: Upstream
  var isAggregated = false

  var isStateless: Bool { revision == "2026-07-28" }
  var path: String { isAggregated ? "/mcp" : "/servers/\(upstream.rawValue)/mcp" }
  var testDescription: String { "\(revision) at \(path) before \(upstream)" }

  static let all: [ConformanceCell] = ["2026-07-28", "2025-11-25"].flatMap { revision in
    Upstream.allCases.map { ConformanceCell(revision: revision, upstream: $0) } + [
      ConformanceCell(revision: revision, upstream: .modern, isAggregated: true),
      ConformanceCell(revision: revision, upstream: .old, isAggregated: true),
    ]
  }

  /// Scenarios that no gateway can pass here, and why.
  var impossible: [String: String] {
    guard isStateless, !upstream.isStateless else { return [:] }
    var impossible = [
      "input-required-result-basic-elicitation": "a session-era server gives its requests no keys",
      "input-required-result-ignore-extra-params": "it cannot be answered before it has asked",
      "input-required-result-multiple-input-requests":
        "it sends its questions one by one, and how many come in one round is a matter of time",
    ]
    for scenario in Conformance.names("2026-07-28") where scenario.hasPrefix("tasks-") {
      impossible[scenario] = "the tasks extension belongs to the stateless era"
    }
    return impossible
  }
}

/// Runs `Tests/Conformance`: once for a cell, and then knows the verdict on each scenario.
enum Conformance {
  struct Verdict: Sendable {
    let passed: Bool
    let failures: [String]
  }

  static func program(_ name: String) -> String { Programs.root + "/Tests/Conformance/" + name }

  private static let lists = Once<[String], [String]>()

  /// The scenarios that clients of a revision are asked.
  static func names(_ revision: String, _ more: String...) -> [String] {
    lines(["run.py", "--list", "--gateway", "--revision", revision] + more)
  }

  /// The lines that one of the programs writes; none when it fails.
  static func lines(_ words: [String]) -> [String] {
    let lines = try? lists.value(for: words) {
      try Process.run(
        try Programs.python(), [program(words[0])] + words.dropFirst(),
        environment: Gateway.environment
      ).output.split(separator: "\n").map(String.init)
    }
    return lines ?? []
  }

  /// A gateway with the servers of all cells behind it.
  static func gateway() throws -> Gateway {
    let scratch = Scratch()
    var upstreams: [String: String] = [:]
    var servers: [HTTPServerFixture] = []
    for upstream in ConformanceCell.Upstream.allCases {
      if upstream == .modern || upstream == .old {
        let server = try HTTPServerFixture.python(upstream.arguments, in: scratch)
        servers.append(server)
        upstreams[upstream.rawValue] = Upstreams.http(server)
      } else {
        let words = upstream.arguments.map { "\"\($0)\"" }.joined(separator: ", ")
        upstreams[upstream.rawValue] =
          "command: \(try Programs.python()), args: [\(words)], effect: read"
      }
    }
    let gateway = try Gateway(
      upstreams: upstreams, policy: "permit (principal, action, resource);", scratch: scratch)
    for server in servers { gateway.keep(server) }
    try gateway.awaitStateless(ConformanceCell.Upstream.pipe.rawValue)
    for upstream in ConformanceCell.Upstream.allCases {
      try waitUntil("\(upstream) to be ready") {
        try gateway.upstream(upstream.rawValue).has("state", "ready")
      }
    }
    return gateway
  }

  private static let verdicts = Once<ConformanceCell, [String: Verdict]>()

  /// The verdict on a scenario in a cell; the first question runs all scenarios of the cell.
  static func verdict(on scenario: String, in cell: ConformanceCell, of gateway: Gateway) throws
    -> Verdict?
  {
    try verdicts.value(for: cell) { try run(cell, of: gateway) }[scenario]
  }

  private static func run(_ cell: ConformanceCell, of gateway: Gateway) throws
    -> [String: Verdict]
  {
    var words = [
      program("run.py"), "http://127.0.0.1:\(gateway.port)\(cell.path)", "--revision",
      cell.revision,
      "--header", "Authorization: Bearer \(Gateway.token)", "--json", "--strict", "--gateway",
      "--without", cell.impossible.keys.sorted().joined(separator: ","),
    ]
    if cell.isAggregated { words += ["--server", cell.upstream.rawValue] }
    let finished = try Process.run(
      try Programs.python(), words, environment: Gateway.environment,
      until: .after(.seconds(300)))
    if finished.errors.contains("skipped: ") { print(finished.errors) }
    return try read(finished.output, of: cell.testDescription)
  }

  /// What a run with `--json` wrote.
  static func read(_ output: String, of what: String) throws -> [String: Verdict] {
    var verdicts: [String: Verdict] = [:]
    for line in output.split(separator: "\n") {
      let said = try JSONDocument(parsing: Array(line.utf8)).root
      guard let name = said[member: "name"]?.string else { continue }
      verdicts[name] = Verdict(
        passed: said[member: "passed"]?.bool == true,
        failures: said[member: "failures"]?.elements.compactMap(\.string) ?? [])
    }
    let passed = verdicts.values.count { $0.passed }
    print("conformance: \(what): \(passed) of \(verdicts.count) scenarios passed")
    return verdicts
  }
}
