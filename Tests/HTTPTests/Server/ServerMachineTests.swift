import Reactor
import TestSupport
import Testing

@testable import HTTP

@Suite("Server connection, without a socket")
struct ServerMachineTests {
  /// A connection whose client and handler do what a generator of numbers says.
  struct Simulation {
    var random: SeededGenerator
    var machine: ServerMachine
    var now: UInt64 = 1
    var input: [UInt8] = []
    var offset = 0
    var answered: [UInt8] = []
    var owed: HTTPIncomingHead?
    var isStreaming = false
    var handled = 0
    var ended = false
    let limits: HTTPServerLimits

    init(seed: UInt64, _ input: [UInt8]) {
      random = SeededGenerator(seed: seed)
      var limits = HTTPServerLimits()
      limits.bodyBytes = 1000
      limits.unreadBodyBytes = 64
      limits.drainBytes = 5000
      self.limits = limits
      machine = ServerMachine(limits: limits, times: ServerTimes(limits), now: 1)
      self.input = input
    }

    mutating func step() {
      now += random.next() % 1_000_000
      switch random.next() % 4 {
      case 0: receive()
      case 1: send()
      default: handle()
      }
      check()
    }

    private mutating func receive() {
      let piece = Array(input[offset..<min(input.count, offset + Int(random.next() % 90))])
      var used = 0
      while let event = machine.next(piece.span, &used, now: now) {
        switch event {
        case .request(let head):
          precondition(owed == nil, "a second request before the first was answered")
          handled += 1
          owed = head
        case .body: break
        case .refused(let fault):
          machine.refuse(fault, date: [], now: now)
          owed = nil
        case .broken:
          ended = true
          return
        }
      }
      offset += used
    }

    private mutating func handle() {
      if isStreaming {
        if random.next() % 3 == 0 {
          machine.finishStream(now: now)
          isStreaming = false
        } else if machine.output.isEmpty {
          machine.append(Array("more".utf8)[...], now: now)
        }
      } else if let head = owed {
        switch random.next() % 6 {
        case 0: machine.want(800, now: now)
        case 1: machine.want(nil, now: now)
        case 2: _ = machine.takeBody(now: now)
        case 3 where machine.body.isReady || head.path == "/early":
          machine.respond(
            200, ["X-Path": head.path], OutgoingBytes(Array("body".utf8)), date: [], isLast: false,
            now: now)
          owed = nil
        case 4 where machine.body.isReady:
          machine.respondStream(200, ["X-Path": head.path], date: [], isLast: false, now: now)
          owed = nil
          isStreaming = true
        default: break
        }
      }
    }

    private mutating func send() {
      let count = min(machine.output.count, 1 + Int(random.next() % 50))
      if count > 0 {
        answered += machine.output.joined.prefix(count)
        machine.sent(count, now: now)
      }
      guard machine.isResponseOut else { return }
      ended = machine.finishResponse(hasUnread: offset < input.count, now: now) != .goOn
    }

    private func check() {
      precondition(machine.body.unreadCount <= limits.bodyBytes)
      precondition(!machine.isOverdue(now) || now > 1_000_000_000)
      precondition(machine.isOverdue(now + 1 << 50) || !(machine.output.count > 0))
    }
  }

  static let requests: [(text: String, path: String)] = [
    ("GET /a HTTP/1.1\r\nHost: h\r\n\r\n", "/a"),
    ("POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello", "/b"),
    (
      "POST /early HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n"
        + String(repeating: "x", count: 900), "/early"
    ),
    (
      "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "/c"
    ),
    ("GET /d HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "/d"),
  ]

  @Test("answers every request in order, however bytes and handlers interleave", arguments: 0..<300)
  func interleaving(_ seed: Int) {
    var choice = SeededGenerator(seed: UInt64(seed) &* 7919)
    let chosen = (0..<6).map { _ in Self.requests[Int(choice.next() % 5)] }
    let hasOld = chosen.contains { $0.path == "/d" }
    var simulation = Simulation(seed: UInt64(seed), Array(chosen.map(\.text).joined().utf8))
    for _ in 0..<20_000 where !simulation.ended { simulation.step() }
    let paths = Self.paths(in: simulation.answered)
    let all = chosen.map(\.path)
    #expect(paths == Array(all.prefix(paths.count)))
    // A stream ends the connection of an old client; else all are answered.
    #expect(paths.count == all.count || (hasOld && simulation.ended), "\(paths) of \(all)")
    #expect(simulation.handled >= paths.count)
  }

  @Test(
    "bytes that are no request never reach a handler and never stop the machine", arguments: 0..<200
  )
  func damage(_ seed: Int) {
    var choice = SeededGenerator(seed: UInt64(seed) &+ 77)
    var bytes = Array(Self.requests.map(\.text).joined().utf8)
    for _ in 0..<3 {
      let place = Int(choice.next() % UInt64(bytes.count))
      bytes[place] = UInt8(truncatingIfNeeded: choice.next())
    }
    var simulation = Simulation(seed: UInt64(seed), bytes)
    for _ in 0..<20_000 where !simulation.ended { simulation.step() }
    #expect(simulation.handled <= Self.requests.count + 1)
  }

  static func paths(in bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "X-Path: ").dropFirst()
      .map { String($0.prefix { $0 != "\r\n" }) }
  }

  static func machine(_ limits: HTTPServerLimits = HTTPServerLimits()) -> ServerMachine {
    ServerMachine(limits: limits, times: ServerTimes(limits), now: 0)
  }

  static func feed(_ machine: inout ServerMachine, _ text: String, now: UInt64 = 0) -> Int {
    let bytes = Array(text.utf8)
    var offset = 0
    while case .some(let event) = machine.next(bytes.span, &offset, now: now) {
      if case .refused = event { break }
    }
    return offset
  }

  static func sent(_ machine: inout ServerMachine, now: UInt64 = 0) -> String {
    let text = String(decoding: machine.output.joined, as: UTF8.self)
    machine.sent(machine.output.count, now: now)
    return text
  }

  @Test("the next request is not read before the response is out")
  func pipelining() {
    var machine = Self.machine()
    let one = RequestTable.get
    #expect(Self.feed(&machine, one + one) == one.utf8.count)
    #expect(!machine.takesBytes)
    machine.respond(200, [:], OutgoingBytes(Array("ok".utf8)), date: [], isLast: false, now: 0)
    #expect(!machine.takesBytes)
    #expect(Self.sent(&machine).hasSuffix("\r\n\r\nok"))
    #expect(machine.isResponseOut)
    #expect(machine.finishResponse(hasUnread: true, now: 0) == .goOn)
    #expect(machine.takesBytes)
  }

  @Test("time runs for the head, the idle connection, the body and the response, not the handler")
  func deadlines() {
    let second: UInt64 = 1_000_000_000
    var machine = Self.machine()
    #expect(!machine.isOverdue(15 * second))
    #expect(machine.isOverdue(15 * second + 1))
    _ = Self.feed(&machine, RequestTable.post("Content-Length: 8") + "abc", now: second)
    #expect(!machine.isOverdue(31 * second))
    #expect(machine.isOverdue(31 * second + 1))
    _ = Self.feed(&machine, "defgh", now: 2 * second)
    #expect(!machine.isOverdue(1 << 60))
    let body = [UInt8](repeating: 65, count: 8192)
    machine.respond(200, [:], OutgoingBytes(body), date: [], isLast: false, now: 100 * second)
    #expect(!machine.isOverdue(130 * second))
    #expect(machine.isOverdue(130 * second + 1), "nothing was taken for half a minute")
    machine.sent(100, now: 129 * second)
    #expect(!machine.isOverdue(132 * second))
    #expect(machine.isOverdue(133 * second), "4 kB a second are the least")
    _ = Self.sent(&machine)
    #expect(machine.finishResponse(hasUnread: false, now: 200 * second) == .goOn)
    #expect(!machine.isOverdue(275 * second))
    #expect(machine.isOverdue(275 * second + 1))
  }

  @Test("a client that stops anywhere is overdue in the end, a handler that takes its time is not")
  func stops() {
    let hour: UInt64 = 3_600_000_000_000
    for request in Self.requests {
      for count in 0...request.text.utf8.count {
        var machine = Self.machine()
        let start = String(decoding: request.text.utf8.prefix(count), as: UTF8.self)
        _ = Self.feed(&machine, start, now: 1)
        let isWhole = count == request.text.utf8.count
        #expect(machine.isOverdue(hour) == !isWhole, "\(request.path) after \(count) bytes")
        guard isWhole else { continue }
        machine.respond(200, [:], OutgoingBytes([1]), date: [], isLast: false, now: hour)
        #expect(!machine.isOverdue(hour + 1))
        #expect(machine.isOverdue(2 * hour), "a response that nobody takes")
      }
    }
  }

  @Test("a refused body that is small is dropped, a large one ends the connection")
  func refusedBodies() {
    for (length, isKept) in [(70_000, true), (17 << 20, false)] {
      var machine = Self.machine()
      _ = Self.feed(&machine, RequestTable.post("Content-Length: \(length)"))
      #expect(!machine.takesBytes)
      machine.respond(413, [:], OutgoingBytes(), date: [], isLast: false, now: 0)
      #expect(Self.sent(&machine).contains("Connection: close") == !isKept)
      #expect(machine.finishResponse(hasUnread: true, now: 0) == (isKept ? .goOn : .linger))
      #expect(machine.takesBytes)
      guard isKept else { continue }
      _ = Self.feed(&machine, String(repeating: "x", count: length) + RequestTable.get)
      #expect(!machine.takesBytes, "the request after the body was read")
    }
  }

  @Test("a chunked body is refused as soon as it is too long")
  func chunkedTooLong() {
    var limits = HTTPServerLimits()
    limits.bodyBytes = 10
    var machine = Self.machine(limits)
    _ = Self.feed(&machine, RequestTable.chunked("b\r\n"))
    machine.want(100, now: 0)
    #expect(machine.body.failure == nil)
    _ = Self.feed(&machine, "01234567890")
    #expect(machine.body.failure == .tooLarge(limit: 10))
    machine.respond(413, [:], OutgoingBytes(), date: [], isLast: false, now: 0)
    #expect(Self.sent(&machine).hasPrefix("HTTP/1.1 413 "))
    #expect(machine.finishResponse(hasUnread: false, now: 0) == .goOn)
    let rest = "\r\n0\r\n\r\n" + RequestTable.get
    #expect(Self.feed(&machine, rest) == rest.utf8.count)
    #expect(machine.body.isComplete)
  }
}
