import Reactor
import Testing

@testable import MCP

@Suite("The event streams of a session")
struct ClientFaceEventStoreTests {
  private let start = MonotonicTime(nanoseconds: 1_000)

  private func make(_ edit: (inout ClientFaceLimits) -> Void = { _ in }) -> EventStore {
    var limits = ClientFaceLimits()
    edit(&limits)
    return EventStore(limits: limits)
  }

  private func put(
    _ text: String, _ stream: StreamID, _ store: inout EventStore, mayDrop: Bool = false,
    at now: MonotonicTime? = nil
  ) -> Bool {
    store.append(OutgoingBytes(Array(text.utf8)), to: stream, mayDrop: mayDrop, now: now ?? start)
  }

  private func connect(_ stream: StreamID, after sequence: UInt64? = nil, _ store: inout EventStore)
    throws -> UInt64
  {
    let connection = store.connect(stream, after: sequence)
    return try #require(connection)
  }

  /// What a connection is given, in short.
  private func drain(_ stream: StreamID, _ connection: UInt64, _ store: inout EventStore)
    -> [String]
  {
    var given: [String] = []
    while true {
      switch store.next(of: stream, for: connection) {
      case .send(let frame):
        let data = text(frame).split(separator: "\n").first { $0.hasPrefix("data: ") }
        given.append(String(data?.dropFirst(6) ?? ""))
      case .wait: return given
      case .end: return given + ["end"]
      }
    }
  }

  @Test("ids are unique in the session and tell their stream")
  func ids() throws {
    var store = make()
    let first = store.open(.call, keepsSent: true, now: start)
    let second = store.open(.session, keepsSent: true, now: start)
    #expect(put("a", first, &store))
    #expect(put("b", second, &store))
    let one = try connect(first, &store)
    let two = try connect(second, &store)
    let sent = [store.next(of: first, for: one), store.next(of: second, for: two)]
    #expect(
      sent == [
        .send(OutgoingBytes(Array("event: message\nid: c1-1\ndata: a\n\n".utf8))),
        .send(OutgoingBytes(Array("event: message\nid: s2-2\ndata: b\n\n".utf8))),
      ])
    #expect(EventID("c1-1") == EventID(stream: first, sequence: 1))
    for text in ["", "c", "c1", "c1-", "x1-1", "c1-1-1", "c-1-1", "c1-18446744073709551616"] {
      #expect(EventID(text) == nil, "\(text)")
    }
  }

  @Test("a stream is taken up after the event that was received, and goes on")
  func resumption() throws {
    var store = make()
    let stream = store.open(.call, keepsSent: true, now: start)
    let other = store.open(.call, keepsSent: true, now: start)
    let first = try connect(stream, &store)
    for message in ["a", "b", "c"] { #expect(put(message, stream, &store)) }
    #expect(put("other", other, &store))
    #expect(drain(stream, first, &store) == ["a", "b", "c"])
    store.disconnect(stream, first, now: start)
    #expect(put("d", stream, &store))
    let second = try connect(stream, after: 1, &store)
    #expect(drain(stream, second, &store) == ["b", "c", "d"])
    #expect(put("e", stream, &store))
    store.finish(stream, now: start)
    #expect(drain(stream, second, &store) == ["e", "end"])
    // Again, for the end may have been lost too.
    let third = try connect(stream, after: 5, &store)
    #expect(drain(stream, third, &store) == ["e", "end"])
    let unknown = store.connect(StreamID(kind: .call, number: 99))
    #expect(unknown == nil)
  }

  @Test("a connection that comes back takes the stream from one that is only half dead")
  func takeover() throws {
    var store = make()
    let stream = store.open(.session, keepsSent: true, now: start)
    let first = try connect(stream, &store)
    let second = try connect(stream, &store)
    #expect(put("a", stream, &store))
    #expect(drain(stream, first, &store) == ["end"])
    store.disconnect(stream, first, now: start)
    #expect(drain(stream, second, &store) == ["a"])
  }

  @Test("the bytes of a session are bounded: what was sent goes first, then what nobody waits for")
  func bytes() throws {
    var store = make { $0.maxReplayBytesPerSession = 1_000 }
    let message = String(repeating: "m", count: 100)
    let stream = store.open(.call, keepsSent: true, now: start)
    let connection = try connect(stream, &store)
    for _ in 0..<50 {
      #expect(put(message, stream, &store))
      _ = drain(stream, connection, &store)
      #expect(store.bytes <= 1_000)
    }
    let again = try connect(stream, after: 0, &store)
    let kept = drain(stream, again, &store)
    #expect((1...10).contains(kept.count))
    // What waits for a connection that is there is never given up, within the bound or not.
    for _ in 0..<50 { #expect(put(message, stream, &store)) }
    #expect(drain(stream, again, &store).count == 50)
    #expect(store.bytes <= 1_000)
    store.disconnect(stream, again, now: start)
    for number in 0..<50 { #expect(put("\(number)", stream, &store)) }
    #expect(store.bytes <= 1_000)
    let last = try connect(stream, &store)
    #expect(drain(stream, last, &store).last == "49")
  }

  @Test("a slow client loses what may be dropped and nothing else")
  func slowClient() throws {
    var store = make { $0.maxNotificationBacklogBytes = 500 }
    let stream = store.open(.call, keepsSent: true, now: start)
    let connection = try connect(stream, &store)
    var taken = 0
    while put(String(repeating: "n", count: 100), stream, &store, mayDrop: true) { taken += 1 }
    #expect((1...6).contains(taken))
    #expect(put("answer", stream, &store))
    #expect(drain(stream, connection, &store).count == taken + 1)
    #expect(put("n", stream, &store, mayDrop: true))
  }

  @Test("events and abandoned streams are kept for a time")
  func time() throws {
    var store = make { $0.replayTime = .seconds(10) }
    let call = store.open(.call, keepsSent: true, now: start)
    let running = store.open(.call, keepsSent: true, now: start)
    let connection = try connect(call, &store)
    #expect(put("a", call, &store))
    #expect(put("b", call, &store, at: start + .seconds(5)))
    #expect(drain(call, connection, &store) == ["a", "b"])
    store.expire(now: start + .seconds(10))
    let again = try connect(call, after: 0, &store)
    #expect(drain(call, again, &store) == ["b"])
    store.finish(call, now: start + .seconds(10))
    store.disconnect(call, again, now: start + .seconds(10))
    #expect(put("unsent", running, &store))
    store.expire(now: start + .seconds(20))
    // Its call still runs: the answer must have a place to go.
    #expect(!store.has(call))
    #expect(store.has(running))
    store.finish(running, now: start + .seconds(20))
    store.expire(now: start + .seconds(30))
    #expect(store.count == 0)
    #expect(store.bytes == 0)
  }

  @Test("what cannot be asked for again is not kept")
  func noReplay() throws {
    var store = make()
    let stream = store.open(.session, keepsSent: false, now: start)
    let connection = try connect(stream, &store)
    #expect(put("a", stream, &store))
    let sent = store.next(of: stream, for: connection)
    #expect(sent == .send(OutgoingBytes(Array("event: message\ndata: a\n\n".utf8))))
    #expect(store.bytes == 0)
    store.disconnect(stream, connection, now: start)
    #expect(!store.has(stream))
  }

  @Test("of the same change one is told, and of tasks so many")
  func changes() {
    var changes = NotificationBacklog()
    for _ in 0..<3 {
      changes.put(.resourceUpdated(uri: "a:b"))
      changes.put(.listChanged(.prompts))
      changes.put(.listChanged(.tools))
    }
    let all = changes.takeAll()
    let told = all.map { text(OwnMessages.notification($0)) }
    #expect(told.count == 3)
    #expect(told[0].contains(#""uri":"a:b""#))
    #expect(told[2] == #"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#)
    #expect(changes.waiting.isEmpty)
    for _ in 0..<1_000 { changes.put(.task(params: Array("{}".utf8))) }
    let tasks = changes.takeAll()
    #expect(tasks.count == NotificationBacklog.maxTasks)
  }

  @Test("questions have ids that are never used again, and a bound")
  func questions() throws {
    var questions = Questions<Int>(maxCount: 2)
    let ids = ["a", "b", "c"].map { questions.ask($0, for: 1) }
    let first = try #require(ids[0])
    let second = try #require(ids[1])
    #expect(ids[2] == nil)
    let answers = [second, second].map { questions.answered($0)?.key }
    #expect(answers == ["b", nil])
    let withdrawals = [first, first].map { questions.withdraw($0) }
    #expect(withdrawals == [true, false])
    let next = questions.ask("d", for: 2)
    #expect(next != nil && !ids.contains(next))
    // A string is another id.
    let spelled = questions.answered(try #require(RequestID(Sample.document(#""3""#))))
    #expect(spelled == nil)
  }
}
