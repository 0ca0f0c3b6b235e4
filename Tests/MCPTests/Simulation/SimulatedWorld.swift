import JSON
import TestSupport

@testable import MCP
@testable import Reactor

/// Clients and servers of both eras with the pure machines between them, under a clock of its own.
/// Everything that happens follows from the seed.
///
/// In place of the gate stands the least that can: a tool's name says which server it is for. What
/// clients and servers know of each other they know by tokens, each of which belongs to one call of
/// one client; so whatever reaches the wrong one is seen.
final class SimulatedWorld {
  struct Violation: Error, CustomStringConvertible {
    let description: String
  }

  /// What is known of a call by its token, from outside the machines.
  struct Fact {
    let client: Int
    let principal: String
    let server: Int
    /// How often a server ran it.
    var runs = 0
  }

  var random: SeededGenerator
  private(set) var now = MonotonicTime(nanoseconds: 1_000_000_000)
  private var agenda = Agenda()
  private(set) var clients: [SimulatedClient] = []
  private(set) var links: [SimulatedLink] = []
  var facts: [String: Fact] = [:]
  private(set) var violations: [String] = []
  private(set) var stepCount = 0
  private var handleCount = 0
  private let traces: Bool

  /// `traces` prints every message.
  init(seed: UInt64, traces: Bool = false) {
    self.traces = traces
    random = SeededGenerator(seed: seed)
    for number in 0..<Int.random(in: 2...4, using: &random) {
      links.append(SimulatedLink(number, in: self))
    }
    for number in 0..<Int.random(in: 2...5, using: &random) {
      clients.append(SimulatedClient(number, in: self))
    }
  }

  func trace(_ text: @autoclosure () -> String) {
    if traces { print("\(now.nanoseconds / 1000) µs: \(text())") }
  }

  func violate(_ text: String) { violations.append(text) }

  func newHandle() -> String {
    handleCount += 1
    return "handle-\(handleCount)"
  }

  /// Has something happen within so many milliseconds.
  func soon(within milliseconds: Int = 20, _ body: @escaping () -> Void) {
    after(.microseconds(Int.random(in: 0...milliseconds * 1000, using: &random)), body)
  }

  func after(_ delay: Duration, _ body: @escaping () -> Void) {
    agenda.insert(body, at: now + delay)
  }

  func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  /// Lets `calls` calls be made, then lets everything come to rest.
  func run(calls: Int) {
    for link in links { link.connect() }
    for client in clients { client.start(calls: calls / clients.count + 1) }
    while let (time, body) = agenda.next() {
      now = time
      body()
      stepCount += 1
      check()
      if !violations.isEmpty || stepCount > 200_000 { break }
    }
    if stepCount > 200_000 { violate("it does not come to rest") }
    if violations.isEmpty { checkRest() }
  }

  /// What holds after each step.
  private func check() {
    for link in links {
      let machine = link.machine
      if machine.parked.heldBytes < 0 || machine.parked.heldBytes > machine.parked.limits.bytes {
        violate("\(machine.parked.heldBytes) bytes are held for parked calls")
      }
      if machine.parked.parked.count > machine.parked.limits.count {
        violate("\(machine.parked.parked.count) calls are parked")
      }
    }
    for client in clients where client.machine.callCount > client.limits.maxCallsPerSession {
      violate("\(client.machine.callCount) calls of one client are under way")
    }
  }

  /// What holds when nothing more will happen.
  private func checkRest() {
    for (token, fact) in facts where fact.runs > 1 {
      violate("\(token) ran \(fact.runs) times on server \(fact.server)")
    }
    for client in clients {
      if client.machine.callCount != 0 || !client.machine.asking.isEmpty {
        violate("client \(client.number) is not at rest")
      }
      for token in client.open.values where !client.hasHungUp {
        violate("\(token) was never answered")
      }
    }
    for link in links {
      let parked = link.machine.parked
      if !parked.calls.isEmpty || !parked.parked.isEmpty || !parked.departed.isEmpty {
        violate(
          "server \(link.number) is not at rest: \(parked.calls.count) calls, "
            + "\(parked.parked.count) parked, \(parked.departed.count) departed")
      }
      if parked.heldBytes != 0 { violate("\(parked.heldBytes) bytes are held for nobody") }
    }
  }
}

/// What will happen, in the order of time; of what happens at one time, the earlier inserted first.
struct Agenda {
  private struct Entry {
    let time: MonotonicTime
    let number: Int
    let body: () -> Void

    func precedes(_ other: Entry) -> Bool {
      time == other.time ? number < other.number : time < other.time
    }
  }

  private var heap: [Entry] = []
  private var count = 0

  mutating func insert(_ body: @escaping () -> Void, at time: MonotonicTime) {
    count += 1
    heap.append(Entry(time: time, number: count, body: body))
    var child = heap.count - 1
    while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func next() -> (MonotonicTime, () -> Void)? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      var parent = 0
      while true {
        var least = parent
        for child in [2 * parent + 1, 2 * parent + 2]
        where child < heap.count && heap[child].precedes(heap[least]) {
          least = child
        }
        if least == parent { break }
        heap.swapAt(parent, least)
        parent = least
      }
    }
    return (first.time, first.body)
  }
}
