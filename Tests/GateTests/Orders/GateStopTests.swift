import Identity
import JSON
import Ledger
import MCP
import Orders
import Reactor
import Synchronization
import Testing

@testable import Gate

@Suite("The kill switch at the gate")
struct GateStopTests {
  private static func stop(_ bench: GateBench, _ target: StopTarget) throws -> Stop {
    try bench.orders.stops.order(target, because: "its token leaked", by: "root")
  }

  @Test(
    arguments: [
      StopTarget.all, .agent("claude"), .human("alice"), .tool("notes__add"), .tool("notes__a*"),
      .upstream("notes"),
    ])
  func `what is stopped is refused and on record, with why and by whom`(target: StopTarget)
    async throws
  {
    let bench = try await GateBench()
    #expect(try await bench.call("notes__add").denial == nil)
    let stop = try Self.stop(bench, target)
    let response = try await bench.call("notes__add")
    #expect(response.denial == "stopped")
    let text = try #require(
      response.result?[member: "content"]?[element: 0]?[member: "text"]?.string)
    #expect(text.contains("its token leaked"))
    #expect(text.contains("root"))
    #expect(text.contains(stop.id))
    #expect(bench.upstream.arrivals.count == 1)
    let refused = try #require(try bench.records([.refused]).last)
    #expect(refused.text("refusal") == "stopped")
    #expect(
      refused.text("tool")
        == (target.kind == .tool || target.kind == .upstream ? "add" : "notes__add"))
    _ = try await bench.orders.stops.lift(stop.id)
    #expect(try await bench.call("notes__add").denial == nil)
    bench.end()
  }

  @Test func `another agent, another tool and another server go on`() async throws {
    let bench = try await GateBench()
    for target in [
      StopTarget.agent("other"), .human("bob"), .tool("notes__wipe"), .upstream("other"),
      .profile("dev"),
    ] {
      _ = try Self.stop(bench, target)
    }
    #expect(try await bench.call("notes__add").denial == nil)
    bench.end()
  }

  @Test(
    arguments: [
      ("tools/list", "{}"), ("prompts/list", "{}"), ("resources/list", "{}"),
      ("prompts/get", #"{"name":"notes__greet"}"#),
      ("resources/read", #"{"uri":"notes+note://1"}"#),
      (
        "completion/complete",
        #"{"ref":{"type":"ref/prompt","name":"notes__greet"},"argument":{"name":"who","value":""}}"#
      ),
    ])
  func `nothing of a stopped agent passes, whatever it asks for`(method: String, params: String)
    async throws
  {
    let bench = try await GateBench()
    _ = try Self.stop(bench, .agent("claude"))
    #expect(try await bench.ask(method, params).errorCode == JSONRPCError.Code.denied)
    #expect(bench.upstream.arrivals.isEmpty)
    #expect(try bench.records().map { $0.text("kind") } == ["refused"])
    bench.end()
  }

  @Test(
    arguments: [
      ("prompts/get", #"{"name":"notes__greet"}"#),
      ("resources/read", #"{"uri":"notes+note://1"}"#),
    ])
  func `prompts and resources of a stopped server are refused`(method: String, params: String)
    async throws
  {
    let bench = try await GateBench()
    _ = try Self.stop(bench, .upstream("notes"))
    #expect(try await bench.ask(method, params).errorCode == JSONRPCError.Code.denied)
    #expect(bench.upstream.arrivals.isEmpty)
    bench.end()
  }

  @Test func `who is stopped does not listen`() async throws {
    let bench = try await GateBench(peer: try everythingPeer())
    _ = try Self.stop(bench, .agent("claude"))
    let outcome = await bench.run { [gate = bench.gate, caller = bench.caller] in
      await gate.listen(
        for: SubscriptionFilter(lists: [.prompts]),
        request: MCPRequest(
          method: "subscriptions/listen", params: nil,
          client: ClientDescription(transport: .http, version: .latest, name: "tester"),
          messageBytes: 0),
        as: caller, telling: { _ in })
    }
    guard case .failure(let error) = outcome else {
      Issue.record("it listens")
      return
    }
    #expect(error.code == JSONRPCError.Code.denied)
    #expect(bench.subscriptions.count == 0)
    bench.end()
  }

  /// A call that waits until it is cancelled.
  private static func waiting(
    _ began: Began
  ) -> @Sendable (UpstreamRequest, NoticeSink?) async -> RecordingUpstream.Answer {
    { _, _ in
      began.note()
      while !Task.isCancelled {
        guard let loop = EventLoop.current else { break }
        do { try await loop.sleep(for: .seconds(600)) } catch { break }
      }
      return .failure(.cancelled)
    }
  }

  private final class Began: Sendable {
    private let count = Atomic<Int>(0)
    func note() { count.add(1, ordering: .relaxed) }
    func wait(for wanted: Int) async throws {
      while count.load(ordering: .relaxed) < wanted { try await Task.sleep(for: .milliseconds(1)) }
    }
  }

  @Test(arguments: [("notes__add", "unknown"), ("notes__search", "cancelled")])
  func `a call under way ends, and what may have happened is told`(tool: String, status: String)
    async throws
  {
    let began = Began()
    let bench = try await GateBench(answer: Self.waiting(began))
    async let response = bench.call(tool)
    try await began.wait(for: 1)
    let stop = try Self.stop(bench, .agent("claude"))
    #expect(await bench.gate.enforceStops() == 1)
    let denied = try await response
    #expect(denied.denial == "stopped")
    let text = try #require(denied.result?[member: "content"]?[element: 0]?[member: "text"]?.string)
    #expect(text.contains("may or may not have run"))
    let outcome = try #require(try bench.records([.outcome]).last)
    #expect(outcome.text("status") == status)
    #expect(outcome.text("error")?.contains(stop.id) == true)
    #expect(await bench.gate.enforceStops() == 0)
    #expect(await bench.gate.stoppedUnderWay() == 0)
    #expect(bench.inFlight.total == 0)
    bench.end()
  }

  @Test func `only what a stop covers ends`() async throws {
    let began = Began()
    let bench = try await GateBench(answer: Self.waiting(began))
    let other = await bench.caller(named: "other")
    let params = try json(#"{"name":"notes__add","arguments":{}}"#)
    async let first = bench.call("notes__add")
    async let second = bench.handle("tools/call", params, as: other)
    async let third = bench.call("notes__wipe")
    try await began.wait(for: 3)
    _ = try Self.stop(bench, .tool("notes__wipe"))
    #expect(await bench.gate.enforceStops() == 1)
    #expect(try await third.denial == "stopped")
    _ = try Self.stop(bench, .agent("other"))
    #expect(await bench.gate.enforceStops() == 1)
    #expect(await second.denial == "stopped")
    _ = try Self.stop(bench, .all)
    #expect(await bench.gate.enforceStops() == 1)
    #expect(try await first.denial == "stopped")
    bench.end()
  }

  @Test func `an answer that comes with the stop is on record and told to nobody`() async throws {
    let box = Mutex<Orders?>(nil)
    let bench = try await GateBench { _, _ in
      _ = try? box.withLock { $0 }?.stops.order(.upstream("notes"), because: "now", by: "root")
      return .success(.result(GateBench.greeting))
    }
    box.withLock { $0 = bench.orders }
    let response = try await bench.call("notes__add")
    #expect(response.denial == "stopped")
    #expect(response.result?.description.contains("hello") == false)
    #expect(try bench.records([.outcome]).last?.text("status") == "ok")
    bench.end()
  }

  @Test func `policy decides who lifts a stop, and a refusal is on record`() async throws {
    let bench = try await GateBench(
      policy: """
        @id("lifts")
        permit (
          principal == Sallyport::Agent::"operator", action == Sallyport::Action::"lift", resource
        ) when { resource.kind == "agent" };
        """)
    let stop = try Self.stop(bench, .agent("claude"))
    let all = try Self.stop(bench, .all)
    let (gate, caller) = (bench.gate, bench.caller)
    let operatorCaller = await bench.loop.perform { gate.operatorCaller(named: "root") }
    #expect(await bench.run { await gate.objection(toLifting: stop, by: operatorCaller) } == nil)
    #expect(await bench.run { await gate.objection(toLifting: all, by: operatorCaller) } != nil)
    #expect(await bench.run { await gate.objection(toLifting: stop, by: caller) } != nil)
    let decisions = try bench.records([.decision])
    #expect(decisions.map { $0.text("decision") } == ["deny", "deny"])
    #expect(decisions.allSatisfy { $0.text("method") == "stops/lift" })
    bench.end()
  }
}
