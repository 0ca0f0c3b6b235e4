import JSON
import MCP
import Reactor
import Testing

@Suite struct UpstreamHealthTests {
  private func at(_ milliseconds: Int) -> MonotonicTime {
    MonotonicTime(nanoseconds: 1) + .milliseconds(milliseconds)
  }

  private func result(_ text: String) throws -> UpstreamReply {
    .result(try JSONDocument(parsing: Array(text.utf8)).root)
  }

  @Test func `errors of tools and servers never open the circuit`() throws {
    let health = UpstreamHealth()
    let error = UpstreamReply.error(try JSONDocument(parsing: Array(#"{"code":1}"#.utf8)).root)
    for number in 0..<100 {
      let turn = try health.begin(at: at(number))
      health.answered(
        turn, number % 2 == 0 ? error : try result(#"{"isError":true}"#), at: at(number))
    }
    let report = health.report(at: at(100))
    #expect(report.circuit == "closed")
    #expect(report.calls == 100 && report.toolErrors == 100 && report.failures == 0)
  }

  @Test(
    arguments: [
      UpstreamError.timedOut(after: .seconds(30)), .connectionLost(reason: "it went away"),
    ])
  func `calls without answer open it, and the refusal says why`(error: UpstreamError) throws {
    let health = UpstreamHealth()
    for number in 0..<6 {
      health.failed(try health.begin(at: at(number)), error, at: at(number + 1))
    }
    let refusal = #expect(throws: UpstreamError.self) { try health.begin(at: at(7)) }
    guard case .unavailable(let reason)? = refusal else {
      Issue.record("\(String(describing: refusal))")
      return
    }
    #expect(reason.contains(error.reason))
    #expect(reason.contains("the next call is tried in 4999 ms"))
    let report = health.report(at: at(1006))
    #expect(report.circuit == "open")
    #expect(report.nextTry == .seconds(4))
    #expect(report.refusedByCircuit == 1)
    #expect(report.failures == 6)
    #expect(report.lastFailure == error.reason)
    health.answered(try health.begin(at: at(5006)), try result("{}"), at: at(5007))
    #expect(health.report(at: at(5007)).circuit == "closed")
  }

  @Test(
    arguments: [
      UpstreamError.unavailable(reason: ""), .overloaded(reason: ""), .cancelled,
      .protocolViolation(reason: ""),
    ])
  func `other ends do not`(error: UpstreamError) throws {
    let health = UpstreamHealth()
    for number in 0..<100 {
      health.failed(try health.begin(at: at(number)), error, at: at(number))
    }
    #expect(health.report(at: at(100)).circuit == "closed")
  }

  @Test func `a new connection lets calls pass again`() throws {
    let health = UpstreamHealth()
    for _ in 0..<6 {
      health.failed(try health.begin(at: at(0)), .connectionLost(reason: ""), at: at(0))
    }
    #expect(throws: UpstreamError.self) { try health.begin(at: at(1)) }
    health.reconnected()
    _ = try health.begin(at: at(1))
  }

  @Test func `the rate is a bound of its own, and says when there is room`() throws {
    let health = UpstreamHealth(rate: RateLimit(calls: 2, period: .seconds(1)))
    for _ in 0..<2 { health.answered(try health.begin(at: at(0)), try result("{}"), at: at(0)) }
    let refusal = #expect(throws: UpstreamError.self) { try health.begin(at: at(100)) }
    guard case .overloaded(let reason)? = refusal else {
      Issue.record("\(String(describing: refusal))")
      return
    }
    #expect(reason.contains("400 ms"))
    #expect(health.report(at: at(100)).refusedByRate == 1)
    _ = try health.begin(at: at(500))
  }
}
