/// Slows down who guesses: after some failures a subject (an account, an address) waits, longer
/// with each. No I/O; the time is given, in seconds.
struct GuessThrottle<Subject: Hashable & Sendable>: Sendable {
  private struct Entry {
    var failures = 0
    /// When the last guess failed.
    var last: Int64
    var blockedUntil: Int64 = 0
    /// As it was before that guess.
    var blockedBefore: Int64 = 0
  }

  /// Failures that cost nothing yet.
  let freeFailures: Int
  /// The first wait; each further failure doubles it.
  let firstWait: Int64
  /// The longest wait.
  let longestWait: Int64
  /// After so long without a failure all is forgotten.
  let memory: Int64
  /// Subjects at a time; then the one whose last failure is oldest is forgotten.
  let subjectsMax: Int

  private var entries: [Subject: Entry] = [:]

  init(
    freeFailures: Int, firstWait: Int64, longestWait: Int64, memory: Int64, subjectsMax: Int
  ) {
    self.freeFailures = freeFailures
    self.firstWait = firstWait
    self.longestWait = longestWait
    self.memory = memory
    self.subjectsMax = subjectsMax
  }

  /// Seconds that a subject must still wait; 0 when it may try.
  func wait(_ subject: Subject, now: Int64) -> Int64 {
    max(0, (entries[subject]?.blockedUntil ?? 0) - now)
  }

  /// Counts a failure.
  /// - Returns: the wait that begins with it; 0 for none.
  mutating func fail(_ subject: Subject, now: Int64) -> Int64 {
    if entries[subject] == nil { makeRoom(now) }
    var entry = entries[subject] ?? Entry(last: now)
    if now - entry.last > memory { entry = Entry(last: now) }
    entry.failures += 1
    entry.last = now
    entry.blockedBefore = entry.blockedUntil
    var wait: Int64 = 0
    if entry.failures > freeFailures {
      let doublings = min(20, entry.failures - freeFailures - 1)
      wait = min(longestWait, firstWait << Int64(doublings))
      entry.blockedUntil = now + wait
    }
    entries[subject] = entry
    return wait
  }

  /// Forgets failures of a subject, who was right: all, or so many.
  mutating func forget(_ subject: Subject, _ count: Int = .max) {
    guard var entry = entries[subject] else { return }
    entry.failures = max(0, entry.failures - count)
    entry.blockedUntil = min(entry.blockedUntil, entry.blockedBefore)
    entries[subject] = entry.failures == 0 ? nil : entry
  }

  /// How many are remembered.
  var count: Int { entries.count }

  private mutating func makeRoom(_ now: Int64) {
    guard entries.count >= subjectsMax else { return }
    entries = entries.filter { now - $0.value.last <= memory }
    guard entries.count >= subjectsMax else { return }
    // A tenth at once, so that a flood of names does not look at all of them each time.
    let oldest = entries.sorted { $0.value.last < $1.value.last }.prefix(max(1, subjectsMax / 10))
    for (subject, _) in oldest { entries[subject] = nil }
  }
}
