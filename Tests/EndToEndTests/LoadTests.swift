import Glibc
import JSON
import TestSupport
import Testing

/// Many clients at once, and for long.
@Suite(.ownThreads)
struct LoadTests {
  @Test("Answers never reach another client, however many ask with the same ids")
  func noCrosstalk() throws {
    let gateway = try Gateway(upstreams: [
      "old": Upstreams.scripted(), "new": Upstreams.scripted("--era", "stateless"),
    ])
    let sessions = try (0..<8).map { _ in try gateway.client.opened() }
    for round in 0..<5 {
      let waiting = try (0..<100).map { number in
        let server = number % 2 == 0 ? "old" : "new"
        let arguments = #"{"mine":"\#(round)-\#(number)"}"#
        let client = number % 4 < 2 ? gateway.client : sessions[number / 4 % 8]
        // Ids differ within a session; across clients they collide on purpose.
        let id = client.session == nil ? "1" : "\(number)"
        return try client.begin(
          client.session == nil
            ? client.callRequest("\(server)__echo", arguments, id: id)
            : client.sessionCallRequest("\(server)__echo", arguments, id: id))
      }
      for (number, connection) in waiting.enumerated() {
        let answer = try HTTPClient.Answer(connection.response())
        #expect(answer.text == #"{"mine": "\#(round)-\#(number)"}"#)
      }
    }
  }

  @Test("More calls of one agent than it may have under way are refused, others are not")
  func perAgentLimit() throws {
    let scratch = Scratch()
    let gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted("--journal", scratch.file("journal"))],
      settings: "limits: {in_flight_per_agent: 2}", scratch: scratch)
    let waiting = try ["a", "b"].map {
      try gateway.client.begin(
        gateway.client.callRequest("up__slow", #"{"seconds":600,"mark":"\#($0)"}"#))
    }
    try waitUntil("two calls") { scratch.lines(of: "journal").count == 2 }
    let third = try gateway.client.call("up__echo")
    #expect(third.decision?.has("reason", "throttled") == true)
    #expect(third.status == 429)
    #expect(third.response.headers["retry-after"] == "1")
    #expect(try gateway.secondClient.call("up__echo").text == "{}")
    #expect(try gateway.ledger("--kind", "refused").contains { $0.has("refusal", "throttled") })
    for connection in waiting { connection.hangUp() }
    try waitUntil("room again") { try gateway.client.call("up__echo").text == "{}" }
  }

  @Test("Requests that follow each other on one connection are answered in order")
  func pipelined() throws {
    let gateway = try Gateway(upstreams: ["up": Upstreams.scripted()])
    let connection = try HTTPConnection(port: gateway.port)
    let requests = (0..<20).map {
      gateway.client.callRequest("up__echo", #"{"n":\#($0)}"#, id: "\($0)").bytes
    }
    try connection.send(requests.flatMap { $0 })
    for number in 0..<20 {
      let answer = try HTTPClient.Answer(connection.response())
      #expect(answer.message?[member: "id"]?.int64 == Int64(number))
      #expect(answer.text == #"{"n": \#(number)}"#)
    }
  }

  @Test("Thousands of calls and sessions leave the memory where it was")
  func memory() throws {
    let gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted()], settings: "limits: {sessions: 5000}")
    func work(_ rounds: Int) throws {
      let connection = try HTTPConnection(port: gateway.port)
      for number in 0..<rounds {
        try connection.send(gateway.client.callRequest("up__progress", id: "\(number)").bytes)
        #expect(try connection.response().status == 200)
        try connection.send(gateway.client.callRequest("up__no_such_tool").bytes)
        _ = try connection.response()
      }
      for _ in 0..<rounds / 10 {
        let session = try gateway.client.opened()
        let stream = try session.begin(session.get())
        _ = try stream.head()
        #expect(try session.exchange(session.delete()).status == 200)
      }
    }
    try work(300)
    let before = try gateway.process.memory("VmRSS")
    try work(1500)
    #expect(try gateway.process.memory("VmRSS") < before + 8 << 20)
    let status = try gateway.command("status", "--json")
    let root = try JSONDocument(parsing: Array(status.output.utf8)).root
    #expect(root[member: "sessions"]?.int64 == 0)
    #expect(root[member: "callsInFlight"]?.int64 == 0)
  }

  @Test("Requests with any bytes changed end in an answer or a closed connection")
  func mutations() throws {
    let gateway = try Gateway(upstreams: ["up": Upstreams.scripted()])
    var random = SeededGenerator(seed: 20_261_121)
    let session = try gateway.client.opened()
    let originals = [
      gateway.client.callRequest("up__echo", FidelityTests.payload).bytes,
      session.sessionCallRequest("up__echo", FidelityTests.payload).bytes,
      session.get().bytes,
    ]
    for _ in 0..<1500 {
      var bytes = originals.randomElement(using: &random) ?? []
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        default:
          let end = min(bytes.count, place + Int.random(in: 1...40, using: &random))
          bytes.insert(contentsOf: bytes[place..<end], at: place)
        }
      }
      let connection = try HTTPConnection(port: gateway.port)
      try? connection.send(bytes)
      // The client's side ends; what can be answered is.
      shutdown(connection.fd, Int32(SHUT_WR))
      if let head = try? connection.head(until: .after(.milliseconds(5))) {
        #expect((200...505).contains(head.status))
        #expect(head.status != 500)
      }
    }
    #expect(gateway.process.isRunning)
    #expect(try gateway.client.call("up__echo").text == "{}")
    #expect(try gateway.stop() == 0)
  }
}
