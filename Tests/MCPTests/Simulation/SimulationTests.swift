import Glibc
import Testing

/// Random clients and servers of both eras around the pure machines. `SIMULATION_SEEDS=100000` runs
/// more, `SIMULATION_SEED=7` one again, with every message.
@Suite("Clients and servers of both eras, simulated")
struct SimulationTests {
  private static var seeds: ClosedRange<UInt64> {
    if let seed = number("SIMULATION_SEED") { return seed...seed }
    return 1...max(1, number("SIMULATION_SEEDS") ?? 512)
  }

  private static func number(_ name: String) -> UInt64? {
    getenv(name).flatMap { UInt64(String(cString: $0)) }
  }

  @Test func `no answer goes astray, no question reaches another principal, nothing runs twice`()
    async
  {
    var calls = 0
    var steps = 0
    for seed in Self.seeds {
      // Other tests wait on sockets meanwhile.
      await Task.yield()
      let world = SimulatedWorld(seed: seed, traces: Self.number("SIMULATION_SEED") != nil)
      world.run(calls: 60)
      calls += world.facts.count
      steps += world.stepCount
      for violation in world.violations {
        Issue.record("seed \(seed), step \(world.stepCount): \(violation)")
      }
    }
    print("simulation: \(Self.seeds.count) seeds, \(calls) calls, \(steps) steps")
    #expect(calls > 0)
  }
}
