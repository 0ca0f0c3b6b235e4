import Glibc
import JSON
import Testing

/// A real gateway: the built program, in a directory of its own, on a port that the system chose.
final class Gateway: @unchecked Sendable {  // `process` is replaced by one test at a time
  static let token = "token-of-the-first-agent-0123456789"
  static let secondToken = "token-of-the-second-agent-987654321"
  /// Lets every agent see and call everything.
  static let openPolicy = """
    @id("list-all")
    permit (principal, action == Sallyport::Action::"list", resource);
    @id("call-all")
    permit (principal, action in Sallyport::Action::"call", resource);
    """

  let scratch: Scratch
  private(set) var process: Process
  private(set) var port: UInt16
  private var starts = 1
  private var companions: [AnyObject] = []
  private let isTLS: Bool

  var client: HTTPClient { HTTPClient(port: port) }
  var secondClient: HTTPClient { HTTPClient(port: port, token: Self.secondToken) }

  /// Starts a gateway and waits until it is ready for calls.
  /// - Parameters:
  ///   - upstreams: the members of `mcpServers`, in YAML's flow style, without braces.
  ///   - settings: further top-level lines.
  init(
    upstreams: [String: String], policy: String = openPolicy, settings: String = "",
    scratch: Scratch? = nil, isTLS: Bool = false
  ) throws {
    let scratch = scratch ?? Scratch()
    self.scratch = scratch
    self.isTLS = isTLS
    try scratch.write(policy, to: "policies/test.cedar")
    try scratch.write(Self.configuration(upstreams, settings), to: "sallyport.yaml")
    // For reading the ledger while the other file is broken on purpose.
    try scratch.write(Self.configuration([:]), to: "audit.yaml")
    process = try Self.spawn(in: scratch, log: "log.1")
    port = try Self.awaitPort(scratch, "log.1", process)
    try awaitReady()
  }

  static func configuration(_ upstreams: [String: String], _ settings: String = "") -> String {
    var text = """
      listen: 127.0.0.1:0
      data: data
      policies: policies
      loops: 2
      quarantine: false
      agents:
        first: {token: {env: FIRST_TOKEN}, human: alice, roles: [developer]}
        second: {token: {env: SECOND_TOKEN}, human: bob}

      """
    text += settings.isEmpty ? "" : settings + "\n"
    text += "mcpServers:\n"
    for (name, upstream) in upstreams.sorted(by: { $0.key < $1.key }) {
      text += "  \(name): {\(upstream)}\n"
    }
    return upstreams.isEmpty ? text + "  {}\n" : text
  }

  static var environment: [String: String] {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
    return [
      "PATH": path, "HOME": "/nonexistent", "FIRST_TOKEN": token, "SECOND_TOKEN": secondToken,
    ]
  }

  private static func spawn(in scratch: Scratch, log: String) throws -> Process {
    try Process(
      try Programs.sallyport, ["serve", "--config", scratch.file("sallyport.yaml")],
      environment: environment, directory: scratch.path, errors: .file(scratch.file(log)))
  }

  private static func awaitPort(_ scratch: Scratch, _ log: String, _ process: Process) throws
    -> UInt16
  {
    try waitFor("the gateway to listen") {
      for line in logLines(scratch, log) where line[member: "message"]?.equals("listening") == true
      {
        guard let url = line[member: "url"]?.string, let colon = url.lastIndex(of: ":") else {
          continue
        }
        return UInt16(url[url.index(after: colon)...].prefix { $0.isNumber })
      }
      guard process.isRunning else {
        throw TimedOut(description: "the gateway ended: \(scratch.lines(of: log))")
      }
      return nil
    }
  }

  /// Waits until every upstream has connected or failed.
  func awaitReady() throws {
    try waitUntil("the gateway to be ready") {
      guard process.isRunning else {
        throw TimedOut(description: "the gateway ended: \(log.map(\.description))")
      }
      // Over TLS the log says it.
      if isTLS { return log.contains { $0.has("message", "ready for calls") } }
      return try get("/readyz").status == 200
    }
  }

  func get(_ path: String) throws -> HTTPResponse {
    let connection = try HTTPConnection(port: port)
    try connection.send("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    return try connection.response()
  }

  /// Keeps a process that this gateway needs for as long as the gateway.
  func keep(_ companion: AnyObject) { companions.append(companion) }

  // MARK: The end, and again

  /// Asks it to stop and waits for its end.
  @discardableResult
  func stop() throws -> Int32 {
    process.signal(SIGTERM)
    return try process.wait()
  }

  /// The end without a warning.
  func kill() throws {
    process.signal(SIGKILL)
    try process.wait()
  }

  /// Starts it again on the same directory.
  func startAgain() throws {
    starts += 1
    process = try Self.spawn(in: scratch, log: "log.\(starts)")
    port = try Self.awaitPort(scratch, "log.\(starts)", process)
    try awaitReady()
  }

  // MARK: What it says

  /// The log of the running process, line by line.
  var log: [JSONNode] { Self.logLines(scratch, "log.\(starts)") }

  private static func logLines(_ scratch: Scratch, _ log: String) -> [JSONNode] {
    scratch.lines(of: log).compactMap { try? JSONDocument(parsing: Array($0.utf8)).root }
  }

  /// Runs a command of the program with this gateway's configuration.
  func command(_ words: String...) throws -> Process.Finished { try command(words: words) }

  func command(words: [String]) throws -> Process.Finished {
    try Process.run(
      try Programs.sallyport, words + ["--config", scratch.file("sallyport.yaml")],
      environment: Self.environment, directory: scratch.path)
  }

  /// Every record of the ledger, oldest first, or those that a filter lets through.
  func ledger(_ filter: String...) throws -> [JSONNode] {
    let words = ["audit", "list", "--json", "--lines", "1000000"] + filter
    let finished = try Process.run(
      try Programs.sallyport, words + ["--config", scratch.file("audit.yaml")],
      environment: Self.environment, directory: scratch.path)
    try #require(finished.code == 0, "\(finished.errors)")
    return try finished.output.split(separator: "\n").map {
      try JSONDocument(parsing: Array($0.utf8)).root
    }
  }

  /// The entry of one upstream in `upstream list --json`.
  func upstream(_ name: String) throws -> JSONNode {
    let finished = try command("upstream", "list", "--json")
    try #require(finished.code == 0, "\(finished.errors)")
    let list = try JSONDocument(parsing: Array(finished.output.utf8)).root
    return try #require(list.elements.first { $0[member: "name"]?.equals(name) == true })
  }
}

extension JSONNode {
  /// Whether a member is this string.
  func has(_ name: String, _ value: String) -> Bool { self[member: name]?.equals(value) ?? false }
}
