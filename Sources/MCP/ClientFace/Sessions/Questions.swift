import JSON

/// The requests to the client of a session that wait for its answer. Their ids are never used
/// again, so a late answer reaches nobody. Pure.
struct Questions<Waiter: Sendable>: Sendable {
  /// Who waits for an answer, and under which key of its round.
  struct Waiting: Sendable {
    let waiter: Waiter
    let key: String
  }

  private let maxCount: Int
  private var lastID: Int64 = 0
  private var waiting: [Int64: Waiting] = [:]

  init(maxCount: Int) { self.maxCount = maxCount }

  var count: Int { waiting.count }

  /// The id for a request to come; nil when too many wait.
  mutating func ask(_ key: String, for waiter: Waiter) -> RequestID? {
    guard waiting.count < maxCount else { return nil }
    lastID += 1
    waiting[lastID] = Waiting(waiter: waiter, key: key)
    return RequestID(lastID)
  }

  /// An answer came: who waits for it. Nil for an id that is not asked, or no more.
  mutating func answered(_ id: RequestID) -> Waiting? {
    id.number.flatMap { waiting.removeValue(forKey: $0) }
  }

  /// Nobody waits for an answer any more. False when it has come.
  mutating func withdraw(_ id: RequestID) -> Bool { answered(id) != nil }
}
