import BenchmarkSupport
import Glibc

/// Calls a tool over a number of connections, each call as soon as the one before it is answered,
/// and verifies every answer.
struct CallLoad: ~Copyable {
  private let options: LoadOptions
  private var connections: Connections
  private var report = LoadReport()
  private var nextID = Requests.firstID
  private var unfinished = 0
  private var hasStalled = false
  private var measureFrom: UInt64
  private var measureUntil: UInt64

  /// How long to wait for answers when the time is over.
  private static let drainNanoseconds: UInt64 = 20_000_000_000
  private static let failuresMax = 1_000

  init(_ options: LoadOptions) throws(SystemFailure) {
    self.options = options
    connections = try Connections()
    measureFrom = 0
    measureUntil = .max
  }

  /// Runs to the end and says what was measured.
  consuming func run() throws(SystemFailure) -> LoadReport {
    for _ in 0..<options.connections { try connections.open(options, opensStream: false) }
    let start = monotonicNow()
    if options.calls == nil {
      measureFrom = start + UInt64(options.warmUpSeconds * 1e9)
      measureUntil = measureFrom + UInt64(options.seconds * 1e9)
    } else {
      measureFrom = start
    }
    var now = start
    while !isOver(now) {
      if options.stallSeconds > 0 && unfinished == options.connections && !hasStalled {
        hasStalled = true
        usleep(useconds_t(options.stallSeconds * 1e6))
      }
      let events = try connections.wait(milliseconds: 100)
      now = monotonicNow()
      for (connection, event) in events { try handle(event, of: connection) }
    }
    report.seconds = Double(min(now, measureUntil) - measureFrom) / 1e9
    return report
  }

  private func isOver(_ now: UInt64) -> Bool {
    if report.errors >= CallLoad.failuresMax || connections.count == 0 { return true }
    if let calls = options.calls { return report.allCalls >= calls }
    guard now >= measureUntil else { return false }
    return unfinished == 0 || now - measureUntil > CallLoad.drainNanoseconds
  }

  private mutating func handle(
    _ event: LoadConnection.Event, of connection: LoadConnection
  ) throws(SystemFailure) {
    switch event {
    case .ready: if monotonicNow() < measureUntil { try sendNext(on: connection) }
    case .answered(let complaint):
      let now = monotonicNow()
      unfinished -= 1
      report.allCalls += 1
      if let complaint {
        report.fail(complaint)
      } else if connection.sentAt >= measureFrom && now <= measureUntil {
        report.histogram.record(nanoseconds: now - connection.sentAt)
      }
      if connection.isLast {
        report.reconnects += 1
        connections.remove(connection)
        if now < measureUntil { try connections.open(options, opensStream: false) }
      } else if now < measureUntil {
        if options.renewsSessions { try renew(connection) } else { try sendNext(on: connection) }
      }
    case .lost(let reason):
      report.fail(reason)
      if connection.isCalling {
        unfinished -= 1
        report.allCalls += 1
      }
      connections.remove(connection)
      if monotonicNow() < measureUntil { try connections.open(options, opensStream: false) }
    case .streaming: preconditionFailure("a load of calls opens no stream")
    }
  }

  private mutating func renew(_ connection: LoadConnection) throws(SystemFailure) {
    if let lost = connection.renew() {
      try handle(lost, of: connection)
    } else {
      try connections.update(connection)
    }
  }

  private mutating func sendNext(on connection: LoadConnection) throws(SystemFailure) {
    let sent = Int(nextID - Requests.firstID)
    if let calls = options.calls, sent >= calls { return }
    let id = nextID
    nextID += 1
    unfinished += 1
    if let lost = connection.sendCall(id: id) {
      try handle(lost, of: connection)
    } else {
      try connections.update(connection)
    }
  }
}
