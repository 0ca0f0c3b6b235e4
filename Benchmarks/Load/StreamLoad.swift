import BenchmarkSupport

/// Opens a number of event streams and holds them: in the session era each in a session of its own,
/// in the stateless one by `subscriptions/listen`.
struct StreamLoad: ~Copyable {
  private let options: LoadOptions
  private let wanted: Int
  private var connections: Connections
  private var report = LoadReport()
  private var opening = 0

  /// How many sessions may be on their way at once.
  private static let openingMax = 64
  private static let openNanoseconds: UInt64 = 60_000_000_000

  init(_ options: LoadOptions, streams: Int) throws(SystemFailure) {
    self.options = options
    wanted = streams
    connections = try Connections()
  }

  /// Opens all streams, says `ready` on standard output, and holds them for the time asked.
  consuming func run() throws(SystemFailure) -> LoadReport {
    let start = monotonicNow()
    var holdUntil: UInt64?
    while true {
      let now = monotonicNow()
      if let holdUntil, now >= holdUntil { break }
      if holdUntil == nil && now - start > StreamLoad.openNanoseconds { break }
      while holdUntil == nil && opening < StreamLoad.openingMax
        && connections.count < wanted && report.errors == 0
      {
        try connections.open(options, opensStream: true)
        opening += 1
      }
      for (connection, event) in try connections.wait(milliseconds: 50) {
        switch event {
        case .streaming:
          opening -= 1
          report.streams += 1
        case .lost(let reason):
          report.fail(reason)
          connections.remove(connection)
          if holdUntil == nil { opening -= 1 } else { report.streams -= 1 }
        case .ready, .answered: preconditionFailure("a load of streams makes no calls")
        }
      }
      if holdUntil == nil && (report.streams == wanted || report.errors > 0) {
        Console.say("ready \(report.streams)")
        holdUntil = monotonicNow() + UInt64(options.seconds * 1e9)
      }
    }
    report.seconds = Double(monotonicNow() - start) / 1e9
    return report
  }
}
