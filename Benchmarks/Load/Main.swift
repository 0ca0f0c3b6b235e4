import BenchmarkSupport
import Glibc

/// Loads an MCP server over HTTP and verifies every answer.
@main enum Main {
  static func main() {
    do {
      let options = try LoadOptions(CommandLine.arguments)
      Socket.raiseDescriptorLimit()
      let report = try run(options)
      Console.say(options.printsJSON ? report.json : report.text(options))
      exit(report.errors == 0 ? 0 : 1)
    } catch let error as UsageError {
      Console.complain("bench-load: \(error)\n\(LoadOptions.usage)")
      exit(2)
    } catch {
      Console.complain("bench-load: \(error)")
      exit(2)
    }
  }

  private static func run(_ options: LoadOptions) throws(SystemFailure) -> LoadReport {
    if let streams = options.openStreams {
      return try StreamLoad(options, streams: streams).run()
    }
    return try CallLoad(options).run()
  }
}
