import Synchronization

/// Counts the calls under way for each agent, over all loops, and holds them to a bound.
public final class InFlightCalls: Sendable {
  private let counters = Mutex<[String: Counter]>([:])

  /// None under way.
  public init() {}

  /// The counter of an agent, the same for all who hold it.
  func counter(of agent: String) -> Counter {
    counters.withLock { counters in
      if let known = counters[agent] { return known }
      // Of agents that are gone: nobody holds them but this table.
      for name in Array(counters.keys) {
        if var counter = counters.removeValue(forKey: name),
          !isKnownUniquelyReferenced(&counter)
        {
          counters[name] = counter
        }
      }
      let made = Counter()
      counters[agent] = made
      return made
    }
  }

  /// All calls under way.
  public var total: Int { counters.withLock { $0.values.reduce(0) { $0 + $1.count } } }

  /// The calls of one agent. Whoever has begun one holds it until the end.
  final class Counter: Sendable {
    private let calls = Atomic<Int>(0)

    var count: Int { calls.load(ordering: .relaxed) }

    /// Whether another call may begin; if so it is counted until `end`.
    func begin(limit: Int) -> Bool {
      var count = calls.load(ordering: .relaxed)
      while count < limit {
        let (exchanged, found) = calls.weakCompareExchange(
          expected: count, desired: count + 1, ordering: .relaxed)
        if exchanged { return true }
        count = found
      }
      return false
    }

    func end() {
      let left = calls.wrappingSubtract(1, ordering: .relaxed).newValue
      assert(left >= 0, "a call ends that never began")
    }
  }
}
