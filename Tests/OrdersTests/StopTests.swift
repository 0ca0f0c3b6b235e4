import Testing

@testable import Orders

@Suite("Stops")
struct StopTests {
  private static func set(_ target: StopTarget) -> StopSet {
    StopSet([Stop(id: "stop-1", target: target, reason: "r", actor: "root", at: 1)])
  }

  @Test(
    arguments: [
      (StopTarget.all, true, true, true, true), (.agent("ci"), true, false, false, false),
      (.agent("c"), false, false, false, false), (.human("alice"), true, false, false, false),
      (.human("ci"), false, false, false, false), (.profile("dev"), true, false, false, false),
      (.upstream("notes"), false, true, true, true),
      (.upstream("note"), false, false, false, false),
      (.tool("notes__add"), false, false, true, false),
      (.tool("notes__a*"), false, false, true, false),
      (.tool("notes__*"), false, false, true, true),
      (.tool("notes__"), false, false, false, false),
    ])
  func `a stop covers what it names and nothing else`(
    target: StopTarget, caller: Bool, server: Bool, tool: Bool, otherTool: Bool
  ) {
    let set = Self.set(target)
    #expect((set.stop(agent: "ci", human: "alice", profile: "dev") != nil) == caller)
    #expect((set.stop(server: "notes") != nil) == server)
    #expect((set.stop(tool: "notes__add", server: "notes") != nil) == tool)
    #expect((set.stop(tool: "notes__wipe", server: "notes") != nil) == otherTool)
    #expect((set.stop(agent: "other", human: nil, profile: nil) != nil) == (target == .all))
  }

  @Test func `a target has a name, and everything has none`() {
    #expect(StopTarget(.all, name: "x") == nil)
    #expect(StopTarget(.agent, name: "") == nil)
    #expect(StopTarget(.agent, name: "a\nb") == nil)
    #expect(StopTarget(.agent, name: String(repeating: "a", count: 257)) == nil)
    for kind in StopTarget.Kind.allCases where kind != .all {
      #expect(StopTarget(kind, name: "x")?.kind == kind)
    }
  }

  @Test func `a stop is in force before it is in the file, and survives a restart once it is`()
    async throws
  {
    let place = try Place()
    let orders = try place.open()
    let before = orders.stops.epoch
    #expect(!orders.stops.isAny)
    let stop = try orders.stops.order(.agent("ci"), because: "leaked", by: "root")
    #expect(orders.stops.isAny)
    #expect(orders.stops.epoch != before)
    #expect(try place.open().stops.all.isEmpty)
    try await orders.stops.keep(stop)
    let again = try place.open()
    #expect(again.stops.isAny)
    let kept = try again.stops.stop(stop.id)
    #expect(kept.target == .agent("ci"))
    #expect(kept.reason == "leaked")
    #expect(kept.actor == "root")
    #expect(kept.at == 1_800_000_000)
    _ = try await again.stops.lift(stop.id)
    #expect(!again.stops.isAny)
    #expect(try place.open().stops.all.isEmpty)
    await #expect(throws: OrderError.self) { _ = try await again.stops.lift(stop.id) }
  }

  @Test(arguments: ["", "  ", "two\nlines", String(repeating: "a", count: 1_001)])
  func `a stop without a reason is no stop`(reason: String) {
    let stops = Stops()
    #expect(throws: OrderError.self) {
      _ = try stops.order(.all, because: reason, by: "root")
    }
    #expect(!stops.isAny)
  }

  @Test func `of two stops of one target lifting one leaves the other`() async throws {
    let stops = Stops()
    let first = try stops.order(.agent("ci"), because: "one", by: "root")
    _ = try stops.order(.agent("ci"), because: "two", by: "root")
    _ = try await stops.lift(first.id)
    #expect(stops.all.stop(agent: "ci", human: nil, profile: nil)?.reason == "two")
  }
}
