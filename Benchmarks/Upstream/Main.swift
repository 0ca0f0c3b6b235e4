import BenchmarkSupport
import Glibc

/// A static MCP server, as fast as the machine allows, for a gateway to be measured in front of.
@main enum Main {
  static let usage = """
    usage: bench-upstream [--host 127.0.0.1] [--port 0] [--threads 1] [--session-ids]
                          [--era both|session|stateless]
           bench-upstream --stdio [--era both|session|stateless]
    """

  struct Options {
    var host = "127.0.0.1"
    var port = 0
    var threads = 1
    var givesSessionIDs = false
    var usesStandardStreams = false
    var eras = Responder.Eras.both
  }

  static func main() {
    do {
      let options = try parse(CommandLine.arguments)
      if options.usesStandardStreams {
        StandardStreams.serve(options.eras)
      } else {
        try serve(options)
      }
    } catch {
      Console.complain("bench-upstream: \(error)\n\(usage)")
      exit(2)
    }
  }

  private static func parse(_ commandLine: [String]) throws(UsageError) -> Options {
    var arguments = Arguments(commandLine)
    var options = Options()
    while let option = try arguments.nextOption() {
      switch option {
      case "--host": options.host = try arguments.value(of: option)
      case "--port": options.port = try arguments.integer(of: option, in: 0...65_535)
      case "--threads": options.threads = try arguments.integer(of: option, in: 1...64)
      case "--session-ids": options.givesSessionIDs = true
      case "--stdio": options.usesStandardStreams = true
      case "--era":
        switch try arguments.value(of: option) {
        case "both": options.eras = .both
        case "session": options.eras = .session
        case "stateless": options.eras = .stateless
        default: throw UsageError("--era must be both, session or stateless")
        }
      default: throw UsageError("unknown option \(option)")
      }
    }
    return options
  }

  private static func serve(_ options: Options) throws(SystemFailure) {
    Socket.raiseDescriptorLimit()
    let counters = Counters()
    var port = UInt16(options.port)
    for index in 0..<options.threads {
      let listener = try Socket.listen(host: options.host, port: port)
      port = try Socket.port(of: listener)
      let isLast = index == options.threads - 1
      if isLast {
        Console.say("listening on http://\(options.host):\(port)/mcp")
        run(listener, counters, options)
      } else {
        startThread { [options] in run(listener, counters, options) }
      }
    }
  }

  private static func run(_ listener: Int32, _ counters: Counters, _ options: Options) {
    do {
      var server = try UpstreamServer(
        listener: listener, counters: counters, givesSessionIDs: options.givesSessionIDs,
        eras: options.eras)
      try server.run()
    } catch {
      Console.complain("bench-upstream: \(error)")
      exit(1)
    }
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private static func startThread(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(Body(body)).toOpaque())
  }
}
