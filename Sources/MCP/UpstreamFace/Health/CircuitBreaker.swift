import Reactor

/// Whether calls to an upstream are tried at all: after many that got no answer it lets one through
/// at a time to see, and after one that fails too it says no for a while. Pure.
struct CircuitBreaker: Sendable {
  /// So many failures in a row open it.
  static let failuresInARow = 5
  /// So does this share of failures, of at least `callsMin` in a window.
  static let failureShare = 0.5
  static let callsMin = 20
  static let window: Duration = .seconds(30)
  /// No pause before the first try, since a tool that hangs is not yet an upstream that does. So
  /// long after a try that fails, and twice as long after each further one, up to `longestPause`.
  static let firstPause: Duration = .seconds(5)
  static let longestPause: Duration = .seconds(60)

  /// What can be said of it in one word.
  enum State: String, Sendable {
    /// Calls pass.
    case closed
    /// Calls are refused.
    case open
    /// One call passes, the others wait for what becomes of it.
    case halfOpen = "half-open"
  }

  /// What becomes of a call that wants to begin.
  enum Admission: Sendable, Equatable {
    /// It may, and ends as one of this generation.
    case admitted(generation: UInt32)
    /// It may not; nil where another call is being tried.
    case refused(until: MonotonicTime?)
  }

  /// How a call ended, as far as it says whether the upstream answers.
  enum Ending: Sendable {
    /// There was an answer, also an error of the tool.
    case answered
    /// It took too long, or the connection was lost.
    case failed
    /// It says nothing: the client gave up, or nothing was sent.
    case neutral
  }

  private(set) var state = State.closed
  private(set) var until = MonotonicTime(nanoseconds: 0)
  /// Calls of an earlier one say nothing about now.
  private var generation: UInt32 = 0
  private var pause = Duration.zero
  private var lastAnswer = MonotonicTime(nanoseconds: 0)
  private var inARow = 0
  private var calls = 0
  private var failures = 0
  private var windowEnd = MonotonicTime(nanoseconds: 0)

  mutating func admit(at now: MonotonicTime) -> Admission {
    switch state {
    case .closed: return .admitted(generation: generation)
    case .open:
      guard now >= until else { return .refused(until: until) }
      state = .halfOpen
      generation &+= 1
      return .admitted(generation: generation)
    case .halfOpen: return .refused(until: nil)
    }
  }

  /// - Parameter began: when the call did. What fails while others are answered says nothing.
  mutating func ended(
    _ ending: Ending, generation: UInt32, began: MonotonicTime, at now: MonotonicTime
  ) {
    if ending == .answered { lastAnswer = now }
    guard generation == self.generation else { return }
    switch (state, ending) {
    case (.open, _), (.closed, .neutral): return
    case (.closed, .failed) where lastAnswer > began: return
    case (.halfOpen, .answered): close()
    case (.halfOpen, .failed):
      pause = pause == .zero ? Self.firstPause : min(pause * 2, Self.longestPause)
      open(at: now)
    case (.halfOpen, .neutral):
      // Nothing was learned: the next call tries.
      state = .open
      until = now
    case (.closed, .answered), (.closed, .failed):
      count(isFailure: ending == .failed, at: now)
    }
  }

  /// The upstream was connected anew: what was before says nothing.
  mutating func reconnected() {
    generation &+= 1
    close()
  }

  private mutating func count(isFailure: Bool, at now: MonotonicTime) {
    if now >= windowEnd {
      (calls, failures) = (0, 0)
      windowEnd = now + Self.window
    }
    calls += 1
    failures += isFailure ? 1 : 0
    inARow = isFailure ? inARow + 1 : 0
    let isMostly =
      calls >= Self.callsMin && Double(failures) >= Double(calls) * Self.failureShare
    if isFailure, inARow >= Self.failuresInARow || isMostly {
      generation &+= 1
      open(at: now)
    }
  }

  private mutating func open(at now: MonotonicTime) {
    state = .open
    until = now + pause
  }

  private mutating func close() {
    state = .closed
    pause = .zero
    (inARow, calls, failures) = (0, 0, 0)
    windowEnd = MonotonicTime(nanoseconds: 0)
  }
}
