import Glibc
import JSON
import Reactor
import Testing

@testable import MCP

@Suite("The stdio client face")
struct ClientFaceStdioTests {
  // MARK: the machine

  private func make(_ edit: (inout ClientFaceLimits) -> Void = { _ in }) -> StdioMachine {
    var limits = ClientFaceLimits()
    edit(&limits)
    return StdioMachine(
      server: ServerDescription(name: "gate", version: "1", instructions: nil), limits: limits)
  }

  /// Actions in short.
  private func receive(_ machine: inout StdioMachine, _ line: String) -> [String] {
    machine.receive(.line(Array(line.utf8))).map { action in
      switch action {
      case .write(let message):
        guard let node = try? JSONDocument(parsing: message).root else { return "bad JSON" }
        let id = node[member: "id"].map { text($0.raw) } ?? "-"
        if let code = node[member: "error"]?[member: "code"]?.int64 { return "\(id): \(code)" }
        return "\(id): \(node[member: "method"]?.string ?? "result")"
      case .serve(let number, let id, let request):
        return "serve \(number) \(text(id.raw)) \(request.method) \(request.client.version)"
      case .cancel(let number): return "cancel \(number)"
      case .refused(let request): return "refused \(request.kind)"
      }
    }
  }

  @Test("both eras in one process, also initialize after a successful discover")
  func bothEras() {
    var machine = make()
    #expect(receive(&machine, Sample.stateless("server/discover", id: "0")) == ["0: result"])
    #expect(receive(&machine, Sample.initialize("2025-11-25", id: "1")) == ["1: result"])
    #expect(
      receive(&machine, #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#) == [])
    #expect(
      receive(&machine, Sample.session("tools/list", id: "2"))
        == ["serve 1 2 tools/list 2025-11-25"])
    #expect(
      receive(&machine, Sample.call("echo", id: "3")) == ["serve 2 3 tools/call 2026-07-28"])
    // The stateless `_meta` with a session's version in it is a request of the session.
    let hybrid = Sample.call("echo", id: "4").replacing("2026-07-28", with: "2025-11-25")
    #expect(receive(&machine, hybrid) == ["serve 3 4 tools/call 2025-11-25"])
    #expect(receive(&machine, Sample.session("ping", id: "5")) == ["5: result"])
  }

  @Test("a request of no era is told what to send first")
  func noEra() {
    var machine = make()
    #expect(
      receive(&machine, Sample.session("tools/list")) == ["1: -32600", "refused unsupported"])
    #expect(
      receive(&machine, Sample.session("server/discover")) == ["1: -32602", "refused malformed"])
    #expect(receive(&machine, Sample.session("ping")) == ["1: result"])
    #expect(
      receive(&machine, Sample.stateless("ping")) == ["1: -32601", "refused unsupported"])
    #expect(
      receive(&machine, Sample.stateless("initialize")) == ["1: -32601", "refused unsupported"])
  }

  @Test("two requests with one id are refused while the first is served")
  func requestIDs() {
    var machine = make()
    #expect(receive(&machine, Sample.call("a", id: "1")).count == 1)
    #expect(
      receive(&machine, Sample.call("b", id: "1")) == ["1: -32600", "refused malformed"])
    #expect(
      receive(&machine, Sample.call("b", id: "\"1\""))
        == ["serve 2 \"1\" tools/call 2026-07-28"])
    #expect(machine.answer(RequestID(1), number: 1, .built([0x7B, 0x7D])) != nil)
    #expect(
      receive(&machine, Sample.call("b", id: "1")) == ["serve 3 1 tools/call 2026-07-28"])
  }

  @Test("a cancelled call's answer is discarded, also when its id is used again")
  func cancellation() {
    var machine = make()
    _ = receive(&machine, Sample.call("a", id: "1"))
    #expect(receive(&machine, Sample.cancelled("\"1\"")) == [])
    #expect(receive(&machine, Sample.cancelled("1")) == ["cancel 1"])
    #expect(receive(&machine, Sample.cancelled("1")) == [])
    _ = receive(&machine, Sample.call("a", id: "1"))
    #expect(machine.answer(RequestID(1), number: 1, .built([0x7B, 0x7D])) == nil)
    #expect(machine.answer(RequestID(1), number: 2, .built([0x7B, 0x7D])) != nil)
    #expect(machine.callCount == 0)
  }

  @Test("what is not a message is answered without an id and recorded")
  func malformed() {
    var machine = make()
    #expect(receive(&machine, "{") == ["null: -32700", "refused malformed"])
    #expect(receive(&machine, #"{"a":1,"a":2}"#) == ["null: -32700", "refused malformed"])
    #expect(receive(&machine, "[]") == ["null: -32600", "refused malformed"])
    #expect(receive(&machine, #"{"jsonrpc":"2.0","id":7}"#) == ["7: -32600", "refused malformed"])
    guard case .refused(let request)? = machine.receive(.overlong).last else {
      Issue.record("not recorded")
      return
    }
    #expect(request.kind == .tooLarge)
  }

  @Test("subscriptions are acknowledged, told of changes under their id, and cancelled")
  func subscriptions() {
    var machine = make()
    let listen = Sample.stateless(
      "subscriptions/listen", id: "\"l\"",
      params: #""notifications":{"toolsListChanged":true,"promptsListChanged":true}"#)
    let actions = machine.receive(.line(Array(listen.utf8)))
    guard case .write(let acknowledgement)? = actions.first else {
      Issue.record("no acknowledgement")
      return
    }
    #expect(
      text(acknowledgement)
        == #"{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"l"},"notifications":{"toolsListChanged":true}}}"#
    )
    #expect(
      machine.toolsListChanged().map { text($0) } == [
        #"{"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"l"}}}"#
      ])
    _ = receive(&machine, Sample.initialize("2025-11-25"))
    #expect(machine.toolsListChanged().count == 2)
    #expect(receive(&machine, Sample.cancelled("\"l\"")) == [])
    #expect(
      machine.toolsListChanged().map { text($0) } == [
        #"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#
      ])
  }

  @Test("calls being served are bounded")
  func bound() {
    var machine = make { $0.maxCallsPerSession = 1 }
    _ = receive(&machine, Sample.call("a", id: "1"))
    #expect(
      receive(&machine, Sample.call("a", id: "2")) == ["2: -32600", "refused unsupported"])
  }

  @Test("however a client behaves, each request gets one answer", arguments: 0..<100)
  func storm(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var machine = make { $0.maxCallsPerSession = 4 }
    var running: [(number: UInt64, id: RequestID)] = []
    var owed = 0
    var answered = 0
    for _ in 0..<300 {
      let id = ["1", "2", "3", "\"1\"", "\"2\"", "4"].randomElement(using: &random) ?? "1"
      let choice = Int.random(in: 0..<10, using: &random)
      let line =
        switch choice {
        case 0: Sample.initialize("2025-11-25", id: id)
        case 1: Sample.session("tools/list", id: id)
        case 2, 3: Sample.call("echo", id: id)
        case 4: Sample.session("ping", id: id)
        case 5: Sample.cancelled(id)
        case 6: Sample.stateless("nonsense", id: id)
        case 7: Sample.session("tools/call", id: id)
        case 8: String(Sample.call("echo", id: id).prefix(Int.random(in: 1..<90, using: &random)))
        default: ""
        }
      if line.isEmpty {
        guard let index = running.indices.randomElement(using: &random) else { continue }
        let call = running.remove(at: index)
        if machine.answer(call.id, number: call.number, .built([0x7B, 0x7D])) != nil {
          answered += 1
        }
        continue
      }
      if choice != 5 { owed += 1 }
      for action in machine.receive(.line(Array(line.utf8))) {
        switch action {
        case .write: answered += 1
        case .serve(let number, let id, _): running.append((number, id))
        case .cancel(let number):
          // Its answer will be discarded: that is the client's wish.
          owed -= 1
          #expect(running.contains { $0.number == number })
        case .refused: break
        }
      }
      #expect(machine.callCount <= 4)
    }
    for call in running
    where machine.answer(call.id, number: call.number, .built([0x7B, 0x7D])) != nil {
      answered += 1
    }
    #expect(machine.callCount == 0)
    #expect(answered == owed)
  }

  // MARK: over pipes

  /// A face on a loop of its own, with pipes for a client.
  private final class Client {
    let group: EventLoopGroup
    let handler = EchoHandler()
    let listChanges = ListChanges()
    private let toFace: Int32
    private let fromFace: Int32
    private let faceEnds: [Int32]
    private let running: Task<Void, Never>
    private var framer = LineFramer(maxLineBytes: 64 << 20)
    private var lines: [String] = []

    init(limits: ClientFaceLimits = ClientFaceLimits(), grace: Duration = .seconds(10)) throws {
      signal(SIGPIPE, SIG_IGN)
      var input: [Int32] = [0, 0]
      var output: [Int32] = [0, 0]
      try #require(pipe(&input) == 0 && pipe(&output) == 0)
      group = try EventLoopGroup(count: 1)
      toFace = input[1]
      fromFace = output[0]
      faceEnds = [input[0], output[1]]
      let (handler, listChanges, loop) = (handler, listChanges, group.loops[0])
      let (faceInput, faceOutput) = (input[0], output[1])
      running = loop.spawn {
        let face = StdioFace(
          loop: loop, handler: handler, credential: .localUser(getuid()),
          listChanges: listChanges, input: faceInput, output: faceOutput, limits: limits,
          grace: grace)
        try? await face.run()
      }
    }

    func send(_ text: String) {
      var bytes = Array(text.utf8)[...]
      while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { write(toFace, $0.baseAddress, $0.count) }
        guard count > 0 else { return }
        bytes = bytes.dropFirst(count)
      }
    }

    /// The next line, waiting up to ten seconds.
    func receive() throws -> String {
      while lines.isEmpty {
        var poll = pollfd(fd: fromFace, events: Int16(POLLIN), revents: 0)
        try #require(Glibc.poll(&poll, 1, 10_000) == 1, "no answer")
        var count = 0
        let chunk = [UInt8](unsafeUninitializedCapacity: 64 << 10) {
          count = read(fromFace, $0.baseAddress, $0.count)
          $1 = max(0, count)
        }
        try #require(count > 0, "the face ended")
        framer.push(chunk) { if case .line(let line) = $0 { lines.append(text(line)) } }
      }
      return lines.removeFirst()
    }

    private var isInputOpen = true
    func closeInput() {
      if isInputOpen { close(toFace) }
      isInputOpen = false
    }

    /// Waits until the face has ended by itself.
    func waitForEnd() async {
      await running.value
    }

    private var isOutputOpen = true
    func closeOutput() {
      if isOutputOpen { close(fromFace) }
      isOutputOpen = false
    }

    func end() async {
      closeInput()
      await running.value
      closeOutput()
      for fd in faceEnds { close(fd) }
      group.shutdown()
    }
  }

  @Test("a client speaks both eras over real pipes")
  func overPipes() async throws {
    let client = try Client()
    client.send(Sample.call("echo", arguments: #"{"n":12345678901234567890,"s":"ü"}"#) + "\r\n")
    let answer = try client.receive()
    #expect(
      answer.hasPrefix(#"{"jsonrpc":"2.0","id":1,"result":{"n":12345678901234567890,"s":"ü","#))
    client.send(Sample.initialize("2025-06-18") + "\n" + Sample.session("tools/list") + "\n")
    #expect(try client.receive().contains(#""protocolVersion":"2025-06-18""#))
    #expect(try client.receive() == #"{"jsonrpc":"2.0","id":1,"result":{"tools":[]}}"#)
    await client.end()
  }

  @Test(
    "notifications, from any thread, come before the answer they belong to",
    arguments: ["progress", "distant"])
  func progress(tool: String) async throws {
    let client = try Client()
    let body = Sample.call(tool).replacing(
      "\"_meta\":{", with: "\"_meta\":{\"progressToken\":\"t\",")
    client.send(body + "\n")
    for step in 1...3 {
      let line = try client.receive()
      #expect(line.contains(#""progressToken":"t","progress":\#(step)"#))
    }
    #expect(try client.receive().contains("\"result\""))
    await client.end()
  }

  @Test("cancelling stops the call and nothing is answered")
  func cancel() async throws {
    let client = try Client()
    client.send(Sample.call("wait", id: "7") + "\n")
    #expect(await eventually { client.handler.started == ["wait"] })
    client.send(Sample.cancelled("7") + "\n")
    #expect(await eventually { client.handler.cancelled == ["wait"] })
    client.send(Sample.call("echo", id: "8") + "\n")
    #expect(try client.receive().contains("\"id\":8"))
    await client.end()
  }

  @Test("a line over the bound is refused and the next one is served")
  func overlong() async throws {
    var limits = ClientFaceLimits()
    limits.maxMessageBytes = 4096
    let client = try Client(limits: limits)
    client.send(String(repeating: "x", count: 1 << 20))
    #expect(try client.receive().contains("\"id\":null,\"error\":{\"code\":-32700"))
    client.send("\n" + Sample.call("echo") + "\n")
    #expect(try client.receive().contains("\"id\":1"))
    #expect(client.handler.refused == [.tooLarge])
    await client.end()
  }

  @Test("at the end of input, calls under way are finished")
  func endOfInput() async throws {
    let client = try Client()
    client.send(Sample.call("wait", id: "1") + "\n")
    #expect(await eventually { client.handler.started == ["wait"] })
    // The last line lacks its newline.
    client.send(Sample.call("release", id: "2"))
    client.closeInput()
    let answers = try [client.receive(), client.receive()]
    #expect(answers.contains { $0.contains("\"id\":1,\"result\"") })
    #expect(answers.contains { $0.contains("\"id\":2,\"result\"") })
    await client.waitForEnd()
    #expect(client.handler.cancelled.isEmpty)
    await client.end()
  }

  @Test("calls that outlast the grace after the end of input are cancelled")
  func grace() async throws {
    let client = try Client(grace: .milliseconds(20))
    client.send(Sample.call("wait", id: "1") + "\n")
    #expect(await eventually { client.handler.started == ["wait"] })
    client.closeInput()
    await client.waitForEnd()
    #expect(await eventually { client.handler.cancelled == ["wait"] })
    await client.end()
  }

  @Test("a client that does not read is not read, and gets every answer when it does")
  func slowReader() async throws {
    var limits = ClientFaceLimits()
    limits.stdioHighWaterBytes = 64 << 10
    let client = try Client(limits: limits)
    let big = String(repeating: "y", count: 100 << 10)
    let sender = Task.detached { [client = Unchecked(client)] in
      for id in 1...40 {
        client.value.send(
          Sample.call("echo", id: "\(id)", arguments: "{\"s\":\"\(big)\"}") + "\n")
      }
    }
    // Far more than the pipes hold is on its way before the first answer is read.
    #expect(await eventually { client.handler.started.count >= 2 })
    for id in 1...40 {
      let answer = try client.receive()
      #expect(answer.hasPrefix("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"result\":{\"s\":\"yyy"))
      #expect(answer.utf8.count > 100 << 10)
    }
    await sender.value
    await client.end()
  }

  @Test("a change of the tools list reaches an initialized client")
  func listChanged() async throws {
    let client = try Client()
    client.send(Sample.initialize("2025-11-25") + "\n")
    _ = try client.receive()
    client.listChanges.toolsListChanged()
    #expect(
      try client.receive()
        == #"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#)
    await client.end()
  }

  @Test("a client that goes away ends the face and cancels its calls")
  func brokenOutput() async throws {
    let client = try Client(grace: .seconds(60))
    client.send(Sample.call("wait", id: "1") + "\n")
    #expect(await eventually { client.handler.started == ["wait"] })
    client.closeOutput()
    client.send(Sample.call("echo", id: "2") + "\n")
    await client.waitForEnd()
    #expect(client.handler.cancelled == ["wait"])
    await client.end()
  }
}

/// For handing a thing to one other thread of a test.
struct Unchecked<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
