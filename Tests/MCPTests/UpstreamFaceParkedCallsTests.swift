import JSON
import Testing

@testable import MCP

/// A machine of parked calls, whose steps come as a test can compare them.
private final class Parking {
  var machine: ParkedCalls
  private(set) var sent: [JSONNode] = []
  private(set) var asked: Asked?

  init(_ edit: (inout ParkedCalls.Limits) -> Void = { _ in }) {
    var limits = ParkedCalls.Limits()
    edit(&limits)
    machine = ParkedCalls(limits: limits)
  }

  func began(_ id: Int64, _ principal: String = "alice", _ capabilities: String = everything) throws
  {
    machine.began(
      id, for: principal, ClientCapabilities(try json(capabilities)), in: 1)
  }

  static let everything = #"{"roots":{},"sampling":{},"elicitation":{"form":{},"url":{}}}"#

  func question(
    _ id: String, _ method: String = "roots/list", _ params: String = "{}"
  ) throws -> ServerQuestion {
    ServerQuestion(
      id: try #require(RequestID(json("\"\(id)\""))), method: method, params: try json(params))
  }

  func asks(_ id: String, _ call: Int64, _ method: String = "roots/list", _ params: String = "{}")
    throws -> [String]
  {
    try see(machine.asked(question(id, method, params), by: call, in: 1))
  }

  func asksSomebody(_ id: String, _ method: String = "roots/list") throws -> [String] {
    try see(machine.asked(question(id, method), in: 1))
  }

  func gathered(_ id: Int64, _ handle: String = "h") throws -> [String] {
    try see(machine.gathered(id, handle: handle))
  }

  func resumed(_ handle: String, _ answers: String = "{}", as principal: String = "alice") throws
    -> [String]
  {
    switch machine.resume(handle, as: principal, with: try json(answers)) {
    case .unknown: ["unknown"]
    case .anew: ["anew"]
    case .resumed(_, let actions): try see(actions)
    }
  }

  func finished(_ id: Int64, _ result: String = "{}") throws -> [String] {
    try see(machine.finished(id, .success(.result(try json(result)))))
  }

  func failed(_ id: Int64, _ error: String) throws -> [String] {
    try see(machine.finished(id, .success(.error(try json(error)))))
  }

  func see(_ actions: [ParkedCalls.Action]) throws -> [String] {
    sent = []
    return try actions.compactMap { action in
      switch action {
      case .send(let bytes, _):
        let message = try JSONDocument(parsing: bytes).root
        sent.append(message)
        let error = message[member: "error"]?[member: "code"]?.description
        return "answer \(message[member: "id"]?.string ?? "?") \(error ?? "ok")"
      case .park(let id, let result):
        asked = try Asked(text(result))
        return "park \(id)"
      case .complete(let id, .success(.result(let result))): return "done \(id) \(result)"
      case .complete(let id, .success(.error(let error))):
        return "done \(id) error \(error[member: "code"]?.description ?? "?")"
      case .complete(let id, .failure(let error)): return "done \(id) \(error.reason)"
      case .cancel(let id, _): return "cancel \(id)"
      case .gather(let id): return "gather \(id)"
      case .expire(let handle): return "expire \(handle)"
      case .forget(let id): return "forget \(id)"
      case .note: return nil
      }
    }
  }
}

@Suite("Parked calls")
struct UpstreamFaceParkedCallsTests {
  @Test
  func `questions that come together are asked together, and the answers go where they belong`()
    throws
  {
    let parking = Parking()
    try parking.began(1)
    #expect(try parking.asks("a", 1, "roots/list") == ["gather 1"])
    #expect(try parking.asks("b", 1, "elicitation/create", #"{"message":"m"}"#).isEmpty)
    #expect(try parking.gathered(1) == ["park 1", "expire h"])
    let asked = try #require(parking.asked)
    #expect(asked.state == "h")
    #expect(asked.methods == ["roots/list", "elicitation/create"])
    #expect(
      asked.requests[member: asked.keys[1]]?[member: "params"]?.description == #"{"message":"m"}"#)
    let answers = #"{"\#(asked.keys[0])":{"roots":[]},"\#(asked.keys[1])":{"action":"decline"}}"#
    #expect(try parking.resumed("h", answers) == ["answer a ok", "answer b ok"])
    #expect(parking.sent[0][member: "result"]?.description == #"{"roots":[]}"#)
    #expect(parking.sent[1][member: "result"]?.description == #"{"action":"decline"}"#)
    #expect(try parking.finished(1, #"{"n":1}"#) == [#"done 1 {"n":1}"#])
    #expect(parking.machine.heldBytes == 0)
  }

  @Test func `a client's error becomes the server's`() throws {
    let parking = Parking()
    try parking.began(1)
    _ = try parking.asks("a", 1)
    _ = try parking.gathered(1)
    let key = try #require(parking.asked?.keys.first)
    let answers = #"{"\#(key)":{"dev.sallyport/error":{"code":-1,"message":"user rejected"}}}"#
    #expect(try parking.resumed("h", answers) == ["answer a -1"])
    #expect(parking.sent.first?[member: "result"] == nil)
  }

  @Test
  func `what was not answered is asked again under its key, and what was not asked is ignored`()
    throws
  {
    let parking = Parking()
    try parking.began(1)
    _ = try parking.asks("a", 1)
    _ = try parking.asks("b", 1)
    _ = try parking.gathered(1)
    let keys = try #require(parking.asked?.keys)
    let answers = #"{"\#(keys[1])":{"roots":[]},"stranger":{"x":1}}"#
    #expect(try parking.resumed("h", answers) == ["answer b ok", "gather 1"])
    #expect(try parking.gathered(1, "h2") == ["park 1", "expire h2"])
    #expect(parking.asked?.keys == [keys[0]])
    #expect(try parking.resumed("h") == ["unknown"], "each turn has its own state")
    #expect(
      try parking.resumed("h2", #"{"\#(keys[0])":7}"#) == ["gather 1"], "no object: no answer")
  }

  @Test func `a server may ask again after it was answered`() throws {
    let parking = Parking()
    try parking.began(1)
    _ = try parking.asks("a", 1)
    _ = try parking.gathered(1)
    _ = try parking.resumed("h", #"{"\#(parking.asked?.keys.first ?? "")":{}}"#)
    #expect(try parking.asks("b", 1) == ["gather 1"])
    #expect(try parking.gathered(1, "h2") == ["park 1", "expire h2"])
  }

  @Test func `a state is of use to its principal only`() throws {
    let parking = Parking()
    try parking.began(1)
    _ = try parking.asks("a", 1)
    _ = try parking.gathered(1)
    #expect(try parking.resumed("h", as: "mallory") == ["unknown"])
    #expect(try parking.resumed("g") == ["unknown"])
    #expect(try parking.resumed("h") == ["gather 1"], "and stays of use to it")
  }

  @Test func `an answer that comes while nobody waits is kept for who comes back`() throws {
    let parking = Parking()
    try parking.began(1)
    _ = try parking.asks("a", 1)
    _ = try parking.gathered(1)
    #expect(try parking.finished(1, #"{"late":true}"#).isEmpty)
    #expect(try parking.resumed("h") == [#"done 1 {"late":true}"#])
    #expect(parking.machine.heldBytes == 0)
  }

  @Test func `what was not offered is refused, whatever else is`() throws {
    let parking = Parking()
    try parking.began(1, "alice", #"{"elicitation":{"url":{}},"sampling":{}}"#)
    #expect(try parking.asks("a", 1, "roots/list") == ["answer a -32601"])
    #expect(try parking.asks("b", 1, "elicitation/create", "{}") == ["answer b -32601"])
    #expect(
      try parking.asks("c", 1, "sampling/createMessage", #"{"tools":[]}"#) == ["answer c -32601"])
    #expect(try parking.asks("d", 1, "tools/list") == ["answer d -32601"])
    #expect(try parking.asks("e", 1, "ping") == ["answer e ok"])
    #expect(try parking.asks("f", 1, "elicitation/create", #"{"mode":"url"}"#) == ["gather 1"])
  }

  /// §2.8 corner 7.
  @Test func `a question that comes after its client left is refused at once`() throws {
    let parking = Parking()
    try parking.began(1)
    _ = try parking.asks("a", 1)
    #expect(
      try parking.see(parking.machine.abandoned(1, because: .cancelled)) == [
        "answer a -32600", "cancel 1", "forget 1", "done 1 cancelled by the client",
      ])
    #expect(try parking.asks("b", 1) == ["answer b -32600"])
    #expect(try parking.asksSomebody("c") == ["answer c -32600"])
    #expect(parking.machine.heldBytes == 0)
  }

  @Test func `a client that does not come back is not waited for longer than its time`() throws {
    let parking = Parking()
    try parking.began(1)
    _ = try parking.asks("a", 1)
    _ = try parking.gathered(1)
    let actions = try parking.see(parking.machine.expired("h"))
    #expect(actions.prefix(3) == ["answer a -32600", "cancel 1", "forget 1"])
    #expect(try parking.resumed("h") == ["unknown"])
    #expect(try parking.see(parking.machine.expired("h")).isEmpty)
    #expect(parking.machine.calls.isEmpty)
  }

  @Test func `a lost connection is told to who waits, and to who comes back`() throws {
    let parking = Parking()
    try parking.began(1)
    try parking.began(2)
    _ = try parking.asks("a", 1)
    _ = try parking.gathered(1)
    let actions = try parking.see(parking.machine.closed(session: 1, reason: "gone"))
    #expect(actions == ["done 2 connection lost: gone"])
    #expect(try parking.resumed("h") == ["done 1 connection lost: gone"])
  }

  @Test func `at the bounds the server is told, and the call goes on`() throws {
    let parking = Parking {
      $0.count = 1
      $0.bytes = 100
      $0.questionsPerCall = 2
    }
    try parking.began(1)
    try parking.began(2)
    _ = try parking.asks("a", 1)
    _ = try parking.asks("b", 1)
    #expect(try parking.asks("c", 1) == ["answer c -32603"], "questions of a call")
    _ = try parking.gathered(1)
    let long = #"{"message":"\#(String(repeating: "x", count: 100))"}"#
    #expect(
      try parking.asks("d", 2, "elicitation/create", long) == ["answer d -32603"], "bytes")
    #expect(try parking.asks("e", 2) == ["gather 2"])
    #expect(try parking.gathered(2, "h2") == ["answer e -32603"], "parked calls")
    #expect(try parking.finished(2) == ["done 2 {}"])
    _ = try parking.finished(1, #"{"x":"\#(String(repeating: "x", count: 100))"}"#)
    #expect(try parking.resumed("h").first?.contains("too large to keep") == true)
    #expect(parking.machine.heldBytes == 0)
  }

  @Test func `a question that names no call reaches the one client that is there`() throws {
    let parking = Parking()
    try parking.began(1)
    try parking.began(2)
    #expect(try parking.asksSomebody("a") == ["gather 2"], "the latest of one principal")
  }

  @Test func `a question that names no call reaches nobody while two principals are there`() throws
  {
    let parking = Parking()
    try parking.began(1, "alice")
    try parking.began(2, "bob", "{}")
    #expect(try parking.asksSomebody("a") == ["answer a -32600"])
    _ = try parking.finished(2)
    #expect(try parking.asksSomebody("b") == ["gather 1"])
  }

  @Test func `a call that was given up may still be meant, for a while`() throws {
    let parking = Parking()
    try parking.began(1, "bob")
    _ = try parking.see(parking.machine.abandoned(1, because: .cancelled))
    try parking.began(2, "alice")
    #expect(try parking.asksSomebody("a") == ["answer a -32600"])
    _ = parking.machine.forget(1)
    #expect(try parking.asksSomebody("b") == ["gather 2"])
  }

  @Test func `of calls given up without end a few are told apart, and then nobody is asked`() throws
  {
    let parking = Parking { $0.departed = 2 }
    func leaves(_ id: Int64) throws -> [String] {
      try parking.began(id, "bob")
      return try parking.see(parking.machine.abandoned(id, because: .cancelled))
    }
    for id: Int64 in 1...3 { #expect(try leaves(id).contains("forget \(id)")) }
    for id: Int64 in 4...50 { #expect(try !leaves(id).contains("forget \(id)")) }
    #expect(parking.machine.departed.count == 2)
    #expect(parking.machine.crowded.count == 1)
    try parking.began(60, "alice")
    for id: Int64 in 1...2 { #expect(try parking.see(parking.machine.forget(id)).isEmpty) }
    #expect(try parking.asksSomebody("a") == ["answer a -32600"])
    #expect(!parking.machine.isAlone("alice", in: 1))
    #expect(try parking.see(parking.machine.forget(3)) == ["forget 50"], "its time runs from now")
    #expect(try parking.asksSomebody("b") == ["answer b -32600"])
    #expect(try parking.see(parking.machine.forget(50)).isEmpty)
    #expect(try parking.asksSomebody("c") == ["gather 60"])
  }

  @Test func `a question that its server gives up is not asked`() throws {
    let parking = Parking()
    try parking.began(1)
    let question = try parking.question("a")
    _ = try parking.see(parking.machine.asked(question, by: 1, in: 1))
    parking.machine.withdrawn(question.id, in: 1)
    #expect(try parking.gathered(1).isEmpty)
    #expect(try parking.finished(1) == ["done 1 {}"])
    #expect(parking.machine.heldBytes == 0)
  }

  static let urlRequired = """
    {"code":-32042,"message":"visit","data":{"elicitations":[\
    {"mode":"url","elicitationId":"e","url":"https://x.example/","message":"m"}]}}
    """

  @Test func `a page that must be visited first is asked for, and then the request is sent anew`()
    throws
  {
    let parking = Parking()
    try parking.began(1)
    #expect(try parking.failed(1, Self.urlRequired) == ["gather 1"])
    _ = try parking.gathered(1)
    let asked = try #require(parking.asked)
    #expect(asked.methods == ["elicitation/create"])
    #expect(
      asked.requests[member: asked.keys[0]]?[member: "params"]?[member: "url"]?.string
        == "https://x.example/")
    #expect(try parking.resumed("h") == ["gather 1"], "no answer: asked again")
    _ = try parking.gathered(1, "h2")
    #expect(try parking.resumed("h2", #"{"\#(asked.keys[0])":{"action":"accept"}}"#) == ["anew"])
    #expect(parking.machine.calls.isEmpty && parking.machine.heldBytes == 0)
  }

  @Test func `a page that is not visited leaves the server's error`() throws {
    let parking = Parking()
    try parking.began(1)
    _ = try parking.failed(1, Self.urlRequired)
    _ = try parking.gathered(1)
    let key = try #require(parking.asked?.keys.first)
    #expect(
      try parking.resumed("h", #"{"\#(key)":{"action":"decline"}}"#) == ["done 1 error -32042"])
    #expect(parking.machine.heldBytes == 0)
  }

  @Test func `a client that cannot visit pages gets the server's error`() throws {
    let parking = Parking()
    try parking.began(1, "alice", #"{"elicitation":{}}"#)
    #expect(try parking.failed(1, Self.urlRequired) == ["done 1 error -32042"])
  }

  @Test func `a request that waits for a visit outlives the connection`() throws {
    let parking = Parking()
    try parking.began(1)
    _ = try parking.failed(1, Self.urlRequired)
    _ = try parking.gathered(1)
    #expect(try parking.see(parking.machine.closed(session: 1, reason: "gone")).isEmpty)
    let key = try #require(parking.asked?.keys.first)
    #expect(try parking.resumed("h", #"{"\#(key)":{"action":"accept"}}"#) == ["anew"])
  }
}

@Suite("Sessions by what clients can be asked")
struct UpstreamFaceSessionPoolTests {
  private final class Link: Sendable {}

  private func capabilities(_ number: Int) -> ClientCapabilities {
    var capabilities = ClientCapabilities()
    capabilities.roots = number & 1 != 0
    capabilities.sampling = number & 2 != 0
    capabilities.elicitationForm = number & 4 != 0
    capabilities.elicitationURL = number & 8 != 0
    return capabilities
  }

  @Test func `equal capabilities share a session, and it is opened once`() {
    var pool = SessionPool<Link>()
    guard case .new(nil) = pool.take(capabilities(1)) else { Issue.record("not new"); return }
    guard case .opening = pool.take(capabilities(1)) else { Issue.record("not opening"); return }
    let link = Link()
    pool.opened(capabilities(1), link)
    guard case .open(let found) = pool.take(capabilities(1)) else { Issue.record("no"); return }
    #expect(found === link)
    #expect(pool.count == 1)
  }

  @Test func `the session that was idle for longest makes room, one in use never`() {
    var pool = SessionPool<Link>()
    let links = (0..<SessionPool<Link>.sessionsMax).map { _ in Link() }
    for (number, link) in links.enumerated() {
      _ = pool.take(capabilities(number))
      pool.opened(capabilities(number), link)
    }
    guard case .full = pool.take(capabilities(15)) else { Issue.record("not full"); return }
    pool.release(capabilities(3), links[3])
    pool.release(capabilities(2), links[2])
    _ = pool.take(capabilities(2))
    pool.release(capabilities(2), links[2])
    guard case .new(let ended?) = pool.take(capabilities(15)) else { Issue.record("no"); return }
    #expect(ended === links[3])
    #expect(pool.count == SessionPool<Link>.sessionsMax)
  }

  @Test func `a session is lost once, and another takes its place`() {
    var pool = SessionPool<Link>()
    let link = Link()
    _ = pool.take(capabilities(1))
    pool.opened(capabilities(1), link)
    let lost = [pool.lost(capabilities(1), link), pool.lost(capabilities(1), link)]
    #expect(lost == [true, false])
    guard case .new(nil) = pool.take(capabilities(1)) else { Issue.record("not new"); return }
    pool.failed(capabilities(1))
    #expect(pool.count == 0)
  }
}

@Suite("Log thresholds and watches")
struct UpstreamFaceSessionPartsTests {
  @Test func `the level of a session only goes down, and only where the server logs`() {
    var offers = ServerCapabilities()
    var logs = LogThreshold()
    #expect(logs.lower(to: .info, of: offers) == nil)
    offers.logging = true
    #expect(logs.lower(to: nil, of: offers) == nil)
    #expect(logs.lower(to: .warning, of: offers) == .warning)
    #expect(logs.lower(to: .error, of: offers) == nil)
    #expect(logs.lower(to: .warning, of: offers) == nil)
    #expect(logs.lower(to: .debug, of: offers) == .debug)
  }

  @Test(
    arguments: [
      ("error", LogLevel.warning, true), ("warning", .warning, true), ("info", .warning, false),
      ("loud", .warning, true),
    ])
  func `a message passes from the wanted level on`(level: String, wanted: LogLevel, passes: Bool)
    throws
  {
    let params = try json(#"{"level":"\#(level)","data":"x"}"#)
    #expect(LogThreshold.passes(params, wanted) == passes)
    #expect(!LogThreshold.passes(params, nil))
  }

  @Test func `subscriptions are told as differences, and in whole to a new session`() {
    var watch = Watch()
    watch.wanted = WatchList(resources: ["b", "a"])
    #expect(watch.changes().map(\.uri) == ["a", "b"])
    #expect(watch.changes().isEmpty)
    watch.wanted = WatchList(resources: ["b", "c"])
    #expect(
      watch.changes() == [
        .init(method: "resources/subscribe", uri: "c"),
        .init(method: "resources/unsubscribe", uri: "a"),
      ])
    watch.begin()
    #expect(watch.changes().map(\.uri) == ["b", "c"])
  }
}
