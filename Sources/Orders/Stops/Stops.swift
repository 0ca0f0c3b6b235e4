import Crypto
import Synchronization

/// The stops in force, for all loops at once. Whoever asks on the way of a call pays one load while
/// there are none. Any thread.
///
/// A stop is in force before the file has it: it must hold also where the disk is full. Lifting one
/// is in the file first.
public final class Stops: Sendable {
  /// Stops at a time.
  public static let countMax = 10_000

  private let state: Mutex<StopSet>
  private let count: Atomic<Int>
  /// From 1 on: who has seen none yet may say 0.
  private let edition = Atomic<UInt64>(1)
  private let file: OrderFile?
  private let clock: OrderClock

  /// None, and none is kept in a file.
  public convenience init() { self.init([], in: nil, clock: .system) }

  init(_ stops: [Stop], in file: OrderFile?, clock: OrderClock) {
    state = Mutex(StopSet(stops))
    count = Atomic(stops.count)
    self.file = file
    self.clock = clock
  }

  /// Whether there are any.
  public var isAny: Bool { count.load(ordering: .acquiring) != 0 }

  /// Changes with every change.
  public var epoch: UInt64 { edition.load(ordering: .acquiring) }

  /// Those in force.
  public var all: StopSet { state.withLock { $0 } }

  /// The stop of this name.
  public func stop(_ id: String) throws(OrderError) -> Stop {
    guard let found = all.stops.first(where: { $0.id == id }) else { throw .unknown("stop", id) }
    return found
  }

  /// Puts a stop in force: at once, and before it is in the file.
  public func order(
    _ target: StopTarget, because reason: String, by actor: String
  ) throws(OrderError) -> Stop {
    guard OrderText.isReason(reason, max: Stop.reasonBytesMax) else { throw .invalid("reason") }
    let stop = Stop(
      id: OrderText.id("stop"), target: target, reason: reason, actor: actor, at: clock.now())
    let isTaken = change { set in
      set.stops.count < Self.countMax ? StopSet(set.stops + [stop]) : nil
    }
    guard isTaken else { throw .tooMany("stops", Self.countMax) }
    return stop
  }

  /// Writes a stop to the file, so that it holds over a restart.
  public func keep(_ stop: Stop) async throws(OrderError) {
    try await file?.write { store throws(OrderError) in try store.put(stop) }
  }

  /// Takes a stop back. It is out of the file before it is out of force.
  public func lift(_ id: String) async throws(OrderError) -> Stop {
    let stop = try stop(id)
    try await file?.write { store throws(OrderError) in try store.remove(stop: id) }
    _ = change { set in StopSet(set.stops.filter { $0.id != id }) }
    return stop
  }

  /// False when `make` makes nothing of what there is.
  private func change(_ make: (StopSet) -> StopSet?) -> Bool {
    state.withLock { set in
      guard let next = make(set) else { return false }
      set = next
      count.store(next.stops.count, ordering: .releasing)
      edition.wrappingAdd(1, ordering: .releasing)
      return true
    }
  }
}
