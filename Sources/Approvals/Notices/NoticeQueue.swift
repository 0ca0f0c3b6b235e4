public import Reactor

/// Notices on their way to a receiver: what to do next, as a value.
///
/// Each goes by itself and in no order: the event's time and the approval's deadline are in it. A
/// notice that an approval waits is let go when people cannot answer it any more.
public struct NoticeQueue: Sendable {
  /// What happened.
  public enum Event: Sendable, Equatable {
    /// There is something to tell.
    case notice(ApprovalNotice)
    /// The receiver took the notice of this id.
    case accepted(String)
    /// The receiver did not take it.
    case failed(String, NoticeFailure)
    /// The time of the last `wake` has come.
    case woke
  }

  /// What to do.
  public enum Action: Sendable, Equatable {
    /// Send it: `accepted` or `failed`.
    case send(ApprovalNotice)
    /// Say `woke` then, instead of at any earlier answer of this kind.
    case wake(MonotonicTime)
    /// It is given up, for this reason.
    case giveUp(ApprovalNotice, String)
  }

  /// The bounds.
  public struct Limits: Sendable, Equatable {
    /// Notices that wait or are under way; the oldest that waits gives way.
    public var notices = 256
    /// Notices under way at once.
    public var underWay = 4
    /// Tries of one.
    public var tries = 12
    /// How long one is tried.
    public var age = Duration.seconds(3600)

    /// The bounds above.
    public init() {}
  }

  /// What came of notices so far.
  public struct Report: Sendable, Equatable {
    /// Those that wait or are under way.
    public var waiting = 0
    /// Those that were taken.
    public var delivered = 0
    /// Tries that failed.
    public var failures = 0
    /// Those that were given up.
    public var givenUp = 0
    /// Why the last try failed; nil once one was taken after it.
    public var lastFailure: String?

    /// Nothing yet.
    public init() {}
  }

  private struct Entry {
    var notice: ApprovalNotice
    var since: MonotonicTime
    var next: MonotonicTime
    var failures = 0
    var isUnderWay = false
  }

  private let limits: Limits
  private let backOff: BackOff
  /// The oldest first.
  private var entries: [Entry] = []
  private var done = Report()

  /// An empty queue.
  public init(limits: Limits = Limits(), backOff: BackOff = BackOff(first: .seconds(1))) {
    self.limits = limits
    self.backOff = backOff
  }

  /// What came of notices so far.
  public var report: Report {
    var report = done
    report.waiting = entries.count
    return report
  }

  /// - Parameter jitter: from 0 to 1, used for waits before another try.
  public mutating func handle(
    _ event: Event, now: MonotonicTime, jitter: Double
  ) -> [Action] {
    var actions: [Action] = []
    switch event {
    case .notice(let notice): actions = add(notice, now)
    case .accepted(let id):
      guard let index = index(of: id) else { return [] }
      entries.remove(at: index)
      done.delivered += 1
      done.lastFailure = nil
    case .failed(let id, let failure): actions = retry(id, failure, now, jitter)
    case .woke: break
    }
    return actions + next(now)
  }

  private func index(of id: String) -> Int? { entries.firstIndex { $0.notice.id == id } }

  private mutating func add(_ notice: ApprovalNotice, _ now: MonotonicTime) -> [Action] {
    guard index(of: notice.id) == nil else { return [] }
    if !notice.event.isOpen {
      entries.removeAll {
        $0.notice.approval == notice.approval && $0.notice.event.isOpen && !$0.isUnderWay
      }
    }
    var actions: [Action] = []
    if entries.count >= limits.notices {
      guard let oldest = entries.firstIndex(where: { !$0.isUnderWay }) else {
        return [giveUp(notice, "\(limits.notices) notices are under way")]
      }
      let reason = "more than \(limits.notices) notices wait"
      actions.append(giveUp(entries.remove(at: oldest).notice, reason))
    }
    entries.append(Entry(notice: notice, since: now, next: now))
    return actions
  }

  private mutating func retry(
    _ id: String, _ failure: NoticeFailure, _ now: MonotonicTime, _ jitter: Double
  ) -> [Action] {
    guard let index = index(of: id) else { return [] }
    done.failures += 1
    done.lastFailure = failure.reason
    entries[index].isUnderWay = false
    entries[index].failures += 1
    let entry = entries[index]
    guard case .temporary(_, let asked) = failure else {
      entries.remove(at: index)
      return [giveUp(entry.notice, failure.reason)]
    }
    let next = now + backOff.wait(failures: entry.failures, asked: asked, jitter: jitter)
    guard entry.failures < limits.tries, next <= entry.since + limits.age else {
      entries.remove(at: index)
      let tries = entry.failures == 1 ? "1 try" : "\(entry.failures) tries"
      return [giveUp(entry.notice, "\(failure.reason); given up after \(tries)")]
    }
    entries[index].next = next
    return []
  }

  private mutating func giveUp(_ notice: ApprovalNotice, _ reason: String) -> Action {
    done.givenUp += 1
    return .giveUp(notice, reason)
  }

  /// Sends what is due as far as there is room, and says when to look again.
  private mutating func next(_ now: MonotonicTime) -> [Action] {
    var actions: [Action] = []
    var room = limits.underWay - entries.count(where: \.isUnderWay)
    for index in entries.indices where room > 0 {
      guard !entries[index].isUnderWay, entries[index].next <= now else { continue }
      entries[index].isUnderWay = true
      room -= 1
      actions.append(.send(entries[index].notice))
    }
    // Without room the end of what is under way brings the next look.
    let earliest = entries.lazy.filter { !$0.isUnderWay }.map(\.next).min()
    if room > 0, let earliest { actions.append(.wake(earliest)) }
    return actions
  }
}

/// Why a notice was not taken.
public enum NoticeFailure: Error, Sendable, Equatable {
  /// Another try may succeed, not before the receiver's wish.
  case temporary(String, retryAfter: Duration? = nil)
  /// The same notice will not be taken.
  case permanent(String)

  /// Why, for a person.
  public var reason: String {
    switch self {
    case .temporary(let reason, _), .permanent(let reason): reason
    }
  }
}
