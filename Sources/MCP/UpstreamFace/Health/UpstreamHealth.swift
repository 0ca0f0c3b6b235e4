import JSON
public import Reactor
import Synchronization

/// How an upstream does: what becomes of its calls, and whether another may begin. One for each
/// upstream, for all loops.
public final class UpstreamHealth: Sendable {
  /// A call that has begun.
  public struct Turn: Sendable {
    let generation: UInt32
    let began: MonotonicTime
  }

  /// What can be said at one moment, of the last five minutes where it is about calls.
  public struct Report: Sendable, Equatable {
    /// `closed`, `open` or `half-open`.
    public var circuit = "closed"
    /// Until the next call is tried, while the circuit is open.
    public var nextTry: Duration?
    /// Calls that ended.
    public var calls = 0
    /// Those with an error of the tool or the server.
    public var toolErrors = 0
    /// Those without answer.
    public var failures = 0
    /// Calls that the circuit turned away unsent, since the start.
    public var refusedByCircuit = 0
    /// Calls that the rate turned away unsent, since the start.
    public var refusedByRate = 0
    /// The time within which half of the calls ended, to within a fifth.
    public var median: Duration?
    /// The time within which 95 of 100 calls ended, likewise.
    public var p95: Duration?
    /// Why the last call without answer got none.
    public var lastFailure: String?
  }

  private struct State {
    var breaker = CircuitBreaker()
    var rate: RateLimit?
    var times = CallTimes()
    var refusedByCircuit = 0
    var refusedByRate = 0
    var lastFailure: UpstreamError?
  }

  private let state: Mutex<State>

  /// - Parameter rate: of calls that may begin; nil for no bound.
  public init(rate: RateLimit? = nil) { state = Mutex(State(rate: rate)) }

  /// Begins a call. Whoever begins one ends it.
  public func begin(at now: MonotonicTime) throws(UpstreamError) -> Turn {
    try state.withLock { state throws(UpstreamError) in
      if let wait = state.rate?.take(at: now), let rate = state.rate {
        state.refusedByRate += 1
        throw .overloaded(
          reason: "it is called more often than \(rate.calls) times in \(rate.period); "
            + "there is room in \(Self.milliseconds(wait)) ms")
      }
      switch state.breaker.admit(at: now) {
      case .admitted(let generation): return Turn(generation: generation, began: now)
      case .refused(let until):
        state.refusedByCircuit += 1
        let last = state.lastFailure.map { " (\($0.reason))" } ?? ""
        let next =
          until.map { "the next call is tried in \(Self.milliseconds($0 - now)) ms" }
          ?? "a call is being tried"
        throw .unavailable(reason: "its last calls got no answer\(last); \(next)")
      }
    }
  }

  /// A call was answered, with a result or an error.
  public func answered(_ turn: Turn, _ reply: UpstreamReply, at now: MonotonicTime) {
    let isError =
      switch reply {
      case .error: true
      case .result(let result): result[member: "isError"]?.bool == true
      }
    state.withLock {
      $0.breaker.ended(.answered, generation: turn.generation, began: turn.began, at: now)
      $0.times.add(isError ? .toolError : .fine, took: now - turn.began, at: now)
    }
  }

  /// A call got no answer.
  public func failed(_ turn: Turn, _ error: UpstreamError, at now: MonotonicTime) {
    state.withLock {
      switch error {
      case .timedOut, .connectionLost:
        $0.breaker.ended(.failed, generation: turn.generation, began: turn.began, at: now)
      case .unavailable, .overloaded, .protocolViolation, .cancelled:
        $0.breaker.ended(.neutral, generation: turn.generation, began: turn.began, at: now)
      }
      // Who gives up, or is not served at all, says nothing of how long calls take.
      guard error.mayHaveRun else { return }
      if case .cancelled = error { return }
      $0.lastFailure = error
      $0.times.add(.failed, took: now - turn.began, at: now)
    }
  }

  /// The upstream was connected anew: what was before says nothing, and calls are tried again.
  public func reconnected() { state.withLock { $0.breaker.reconnected() } }

  /// Any thread.
  public func report(at now: MonotonicTime) -> Report {
    state.withLock {
      let totals = $0.times.totals(at: now)
      var report = Report()
      report.circuit = $0.breaker.state.rawValue
      if $0.breaker.state == .open { report.nextTry = max(.zero, $0.breaker.until - now) }
      report.calls = totals.calls
      report.toolErrors = totals.toolErrors
      report.failures = totals.failures
      report.refusedByCircuit = $0.refusedByCircuit
      report.refusedByRate = $0.refusedByRate
      report.median = $0.times.quantile(0.5, at: now)
      report.p95 = $0.times.quantile(0.95, at: now)
      report.lastFailure = $0.lastFailure?.reason
      return report
    }
  }

  private static func milliseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
  }
}
