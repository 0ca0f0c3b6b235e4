import BenchmarkSupport

/// What to ask of which server, and for how long.
struct LoadOptions {
  enum Era { case stateless, session }

  var target = Target(host: "127.0.0.1", port: 80, path: "/mcp")
  var era = Era.stateless
  var tool = "payload"
  var bytes = 100
  /// What calls show in turn, all of one length; none, or one that all show.
  var tokens: [String] = []
  var connections = 1
  var seconds = 3.0
  var warmUpSeconds = 0.5
  /// Exactly this many calls instead of a time.
  var calls: Int?
  /// This many sessions with an open stream instead of calls.
  var openStreams: Int?
  /// Asks for progress, and expects to be told of it so often before each answer.
  var progress = 0
  /// Makes each call in a session of its own, which counts as part of it.
  var renewsSessions = false
  /// Reads nothing for so long after all connections have sent a call: answers pile up.
  var stallSeconds = 0.0
  var printsJSON = false

  static let usage = """
    usage: bench-load --url http://127.0.0.1:PORT/mcp [--tool payload] [--bytes 100]
                      [--era stateless|session] [--token TOKEN | --tokens FILE]
                      [--connections 1]
                      [--seconds 3] [--warm-up 0.5] [--calls N] [--json]
                      [--progress EVENTS] [--new-sessions] [--stall SECONDS]
           bench-load --url … --open-streams N --seconds HOLD [--era stateless|session]
                      [--token TOKEN] [--json]
    """

  struct Target {
    var host: String
    var port: UInt16
    var path: String

    init(host: String, port: UInt16, path: String) {
      self.host = host
      self.port = port
      self.path = path
    }

    init(_ url: String) throws(UsageError) {
      let scheme = "http://"
      guard url.hasPrefix(scheme) else { throw UsageError("«\(url)» does not begin with http://") }
      let rest = url.dropFirst(scheme.count)
      let authority = rest.prefix { $0 != "/" }
      let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
      guard let host = parts.first, !host.isEmpty, parts.count <= 2,
        let port = parts.count == 2 ? UInt16(parts[1]) : 80
      else { throw UsageError("«\(url)» has no host, or a wrong port") }
      self.host = host == "localhost" ? "127.0.0.1" : String(host)
      self.port = port
      let path = rest.dropFirst(authority.count)
      self.path = path.isEmpty ? "/" : String(path)
    }
  }

  init(_ commandLine: [String]) throws(UsageError) {
    var arguments = Arguments(commandLine)
    var hasTarget = false
    while let option = try arguments.nextOption() {
      switch option {
      case "--url":
        target = try Target(try arguments.value(of: option))
        hasTarget = true
      case "--era":
        switch try arguments.value(of: option) {
        case "stateless": era = .stateless
        case "session": era = .session
        default: throw UsageError("--era must be stateless or session")
        }
      case "--tool": tool = try arguments.value(of: option)
      case "--bytes": bytes = try arguments.integer(of: option, in: 0...Payload.bytesMax)
      case "--token": tokens = [try arguments.value(of: option)]
      case "--tokens": tokens = try Tokens.read(try arguments.value(of: option))
      case "--connections": connections = try arguments.integer(of: option, in: 1...10_000)
      case "--seconds": seconds = try arguments.seconds(of: option)
      case "--warm-up": warmUpSeconds = try arguments.seconds(of: option)
      case "--calls": calls = try arguments.integer(of: option, in: 1...1_000_000_000)
      case "--open-streams": openStreams = try arguments.integer(of: option, in: 1...16_000)
      case "--progress": progress = try arguments.integer(of: option, in: 0...1000)
      case "--new-sessions": renewsSessions = true
      case "--stall": stallSeconds = try arguments.seconds(of: option)
      case "--json": printsJSON = true
      default: throw UsageError("unknown option \(option)")
      }
    }
    guard hasTarget else { throw UsageError("--url is missing") }
    guard !renewsSessions || era == .session else {
      throw UsageError("--new-sessions needs --era session")
    }
  }
}
