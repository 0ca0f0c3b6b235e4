import JSON
import Reactor
import TestSupport
import Testing

@testable import MCP

@Suite("Sessions")
struct ClientFaceSessionsTests {
  private let start = MonotonicTime(nanoseconds: 1_000)

  private func owner(
    _ principal: String, at endpoint: Endpoint = .everything,
    over transport: HTTPFaceRoute.Transport = .streamable
  ) -> SessionOwner {
    SessionOwner(
      principal: principal, route: HTTPFaceRoute(endpoint: endpoint, transport: transport))
  }

  private func make(_ edit: (inout ClientFaceLimits) -> Void = { _ in }) -> Sessions<Int, String> {
    var limits = ClientFaceLimits()
    edit(&limits)
    return Sessions(limits: limits)
  }

  private func open(
    _ sessions: inout Sessions<Int, String>, _ id: String, as principal: String = "p",
    at now: MonotonicTime? = nil
  ) throws {
    try sessions.open(id: id, owner: owner(principal), channel: "channel \(id)", now: now ?? start)
  }

  @Test("a session is its principal's; to others it does not exist")
  func ownership() throws {
    var sessions = make()
    try open(&sessions, "s", as: "alice")
    #expect(try sessions.use("s", as: owner("alice"), now: start) == "channel s")
    #expect(throws: SessionRefusal.unknownSession) {
      try sessions.use("s", as: owner("mallory"), now: start)
    }
    #expect(throws: SessionRefusal.unknownSession) {
      try sessions.use("forged", as: owner("alice"), now: start)
    }
    #expect(throws: SessionRefusal.unknownSession) { try sessions.close("s", as: owner("mallory")) }
    #expect(throws: SessionRefusal.unknownSession) {
      try sessions.begin(RequestID(1), call: 1, in: "s", as: owner("mallory"), now: start)
    }
    #expect(throws: SessionRefusal.unknownSession) {
      try sessions.openStream(1, in: "s", as: owner("mallory"), now: start)
    }
  }

  @Test("two requests with one id are refused while the first is served")
  func requestIDs() throws {
    var sessions = make()
    try open(&sessions, "a")
    try open(&sessions, "b")
    let one = RequestID(1)
    let oneAsText = try #require(RequestID(Sample.document("\"1\"")))
    _ = try sessions.begin(one, call: 1, in: "a", as: owner("p"), now: start)
    #expect(throws: SessionRefusal.requestIDInUse) {
      try sessions.begin(one, call: 2, in: "a", as: owner("p"), now: start)
    }
    _ = try sessions.begin(oneAsText, call: 3, in: "a", as: owner("p"), now: start)
    _ = try sessions.begin(one, call: 4, in: "b", as: owner("p"), now: start)
    #expect(sessions.end(one, number: 1, in: "a", now: start) == true)
    _ = try sessions.begin(one, call: 5, in: "a", as: owner("p"), now: start)
  }

  @Test("a cancelled call's answer is discarded, also when its id is used again")
  func cancellation() throws {
    var sessions = make()
    try open(&sessions, "a")
    try open(&sessions, "b")
    let id = RequestID(1)
    _ = try sessions.begin(id, call: 11, in: "a", as: owner("p"), now: start)
    #expect(sessions.cancel(id, in: "b") == nil)
    #expect(sessions.cancel(id, in: "a") == 11)
    #expect(sessions.cancel(id, in: "a") == nil)
    _ = try sessions.begin(id, call: 12, in: "a", as: owner("p"), now: start)
    #expect(sessions.end(id, number: 1, in: "a", now: start) == false)
    #expect(sessions.end(id, number: 2, in: "a", now: start) == true)
  }

  @Test("sessions are bounded in all and per principal, and closing makes room")
  func bounds() throws {
    var sessions = make {
      $0.maxSessions = 3
      $0.maxSessionsPerPrincipal = 2
    }
    try open(&sessions, "1", as: "a")
    try open(&sessions, "2", as: "a")
    #expect(throws: SessionRefusal.tooManySessionsOfPrincipal) {
      try open(&sessions, "3", as: "a")
    }
    try open(&sessions, "3", as: "b")
    #expect(throws: SessionRefusal.tooManySessions) { try open(&sessions, "4", as: "c") }
    _ = try sessions.close("1", as: owner("a"))
    try open(&sessions, "4", as: "a")
    #expect(sessions.count == 3)
  }

  @Test("calls and streams of a session are bounded")
  func boundsWithin() throws {
    var sessions = make {
      $0.maxCallsPerSession = 1
      $0.maxStreamsPerSession = 1
    }
    try open(&sessions, "s")
    _ = try sessions.begin(RequestID(1), call: 1, in: "s", as: owner("p"), now: start)
    #expect(throws: SessionRefusal.tooManyCalls) {
      try sessions.begin(RequestID(2), call: 2, in: "s", as: owner("p"), now: start)
    }
    _ = try sessions.openStream(7, in: "s", as: owner("p"), now: start)
    #expect(throws: SessionRefusal.tooManyStreams) {
      try sessions.openStream(8, in: "s", as: owner("p"), now: start)
    }
    sessions.closeStream(7, in: "s", now: start)
    _ = try sessions.openStream(8, in: "s", as: owner("p"), now: start)
  }

  @Test("an idle session ends in time; one with a call or a stream does not")
  func expiry() throws {
    var sessions = make { $0.sessionIdleTime = .seconds(10) }
    for id in ["idle", "calling", "streaming", "used"] { try open(&sessions, id) }
    _ = try sessions.begin(RequestID(1), call: 1, in: "calling", as: owner("p"), now: start)
    _ = try sessions.openStream(1, in: "streaming", as: owner("p"), now: start)
    _ = try sessions.use("used", as: owner("p"), now: start + .seconds(5))
    sessions.expire(now: start + .seconds(9))
    #expect(sessions.count == 4)
    sessions.expire(now: start + .seconds(10))
    #expect(sessions.count == 3)
    #expect(sessions.takeExpired() == ["channel idle"])
    #expect(sessions.takeExpired() == [])
    #expect(throws: SessionRefusal.unknownSession) {
      try sessions.use("idle", as: owner("p"), now: start)
    }
    _ = sessions.end(RequestID(1), number: 1, in: "calling", now: start + .seconds(30))
    sessions.expire(now: start + .seconds(39))
    #expect(sessions.count == 2)
    sessions.expire(now: start + .seconds(40))
    #expect(sessions.count == 1)
  }

  @Test("at the bound, idle sessions past their time make room")
  func roomByExpiry() throws {
    var sessions = make {
      $0.maxSessions = 1
      $0.sessionIdleTime = .seconds(10)
    }
    try open(&sessions, "old")
    #expect(throws: SessionRefusal.tooManySessions) {
      try open(&sessions, "new", at: start + .seconds(9))
    }
    try open(&sessions, "new", at: start + .seconds(10))
  }

  @Test("closing returns what has to be stopped")
  func closing() throws {
    var sessions = make()
    try open(&sessions, "s")
    _ = try sessions.begin(RequestID(1), call: 11, in: "s", as: owner("p"), now: start)
    _ = try sessions.openStream(2, in: "s", as: owner("p"), now: start)
    let ended = try sessions.close("s", as: owner("p"))
    #expect(ended.calls == [11])
    #expect(ended.channel == "channel s")
    #expect(sessions.end(RequestID(1), number: 1, in: "s", now: start) == false)
    #expect(sessions.count == 0)
  }

  @Test("a session is where it was opened; at other endpoints it does not exist")
  func endpoints() throws {
    var sessions = make()
    try sessions.open(
      id: "s", owner: owner("p", at: .server("a")), channel: "c", now: start)
    #expect(try sessions.use("s", as: owner("p", at: .server("a")), now: start) == "c")
    for other in [
      owner("p"), owner("p", at: .server("b")), owner("p", at: .profile("a")),
      owner("p", at: .server("a"), over: .events),
    ] {
      #expect(throws: SessionRefusal.unknownSession) {
        try sessions.use("s", as: other, now: start)
      }
    }
  }

  @Test("session ids are long, visible ASCII and differ")
  func ids() {
    var random = SeededGenerator(seed: 1)
    let ids = (0..<1000).map { _ in SessionTable.newID(from: &random) }
    #expect(Set(ids).count == 1000)
    #expect(ids.allSatisfy { $0.utf8.count == 32 && $0.utf8.allSatisfy { (0x21...0x7E) ~= $0 } })
  }

  @Test(
    "a handshake selects what was asked for if it can",
    arguments: [
      ("2025-11-25", "2025-11-25"), ("2025-06-18", "2025-06-18"), ("2025-03-26", "2025-03-26"),
      ("2026-07-28", "2025-11-25"), ("2024-11-05", "2024-11-05"), ("2099-01-01", "2025-11-25"),
      ("", "2025-11-25"),
    ])
  func negotiation(requested: String, selected: String) {
    #expect(Handshake.negotiate(requested).rawValue == selected)
  }

  @Test("a session keeps the client's claims and bounded capabilities")
  func handshake() throws {
    let params = try Sample.document(Sample.initialize("2025-06-18"))[member: "params"]
    let client = try Handshake(params).client(
      over: .http, session: "s", limits: ClientFaceLimits())
    #expect(client.name == "tester")
    #expect(client.capabilities.map { text($0.raw) } == #"{"roots":{}}"#)
    #expect(client.sessionID == "s")
    var limits = ClientFaceLimits()
    limits.maxCapabilitiesBytes = 4
    #expect(
      try Handshake(params).client(over: .http, session: "s", limits: limits).capabilities == nil)
    #expect(throws: JSONRPCError.self) { try Handshake(nil) }
    #expect(throws: JSONRPCError.self) {
      try Handshake(Sample.document(#"{"protocolVersion":1}"#))
    }
  }
}
