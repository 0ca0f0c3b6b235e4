import Glibc
import JSON
import Reactor
import Testing

@testable import MCP

@Suite("The stdio client face")
struct ClientFaceStdioTests {
  /// A face on a loop of its own, with pipes for a client.
  private final class Client {
    let group: EventLoopGroup
    let handler = AskingHandler()
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
      let (handler, loop) = (handler, group.loops[0])
      let (faceInput, faceOutput) = (input[0], output[1])
      running = loop.spawn {
        let face = StdioFace(
          loop: loop, handler: handler, credential: .localUser(getuid()), input: faceInput,
          output: faceOutput, limits: limits, grace: grace)
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
    #expect(await eventually { client.handler.echo.started == ["wait"] })
    client.send(Sample.cancelled("7") + "\n")
    #expect(await eventually { client.handler.echo.cancelled == ["wait"] })
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
    #expect(client.handler.echo.refused == [.tooLarge])
    await client.end()
  }

  @Test("at the end of input, calls under way are finished")
  func endOfInput() async throws {
    let client = try Client()
    client.send(Sample.call("wait", id: "1") + "\n")
    #expect(await eventually { client.handler.echo.started == ["wait"] })
    // The last line lacks its newline.
    client.send(Sample.call("release", id: "2"))
    client.closeInput()
    let answers = try [client.receive(), client.receive()]
    #expect(answers.contains { $0.contains("\"id\":1,\"result\"") })
    #expect(answers.contains { $0.contains("\"id\":2,\"result\"") })
    await client.waitForEnd()
    #expect(client.handler.echo.cancelled.isEmpty)
    await client.end()
  }

  @Test("calls that outlast the grace after the end of input are cancelled")
  func grace() async throws {
    let client = try Client(grace: .milliseconds(20))
    client.send(Sample.call("wait", id: "1") + "\n")
    #expect(await eventually { client.handler.echo.started == ["wait"] })
    client.closeInput()
    await client.waitForEnd()
    #expect(await eventually { client.handler.echo.cancelled == ["wait"] })
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
    #expect(await eventually { client.handler.echo.started.count >= 2 })
    for id in 1...40 {
      let answer = try client.receive()
      #expect(answer.hasPrefix("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"result\":{\"s\":\"yyy"))
      #expect(answer.utf8.count > 100 << 10)
    }
    await sender.value
    await client.end()
  }

  @Test("changes of the three lists reach an initialized client, from any thread")
  func listChanged() async throws {
    let client = try Client()
    client.send(Sample.initialize("2025-11-25") + "\n")
    #expect(try client.receive().contains(#""prompts":{"listChanged":true}"#))
    client.send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"# + "\n")
    #expect(await eventually { client.handler.listening.count == 1 })
    for kind in ListKind.allCases {
      client.handler.tell(.listChanged(kind))
      #expect(
        try client.receive()
          == #"{"jsonrpc":"2.0","method":"notifications/\#(kind.rawValue)/list_changed"}"#)
    }
    await client.end()
    #expect(client.handler.listening.isEmpty)
  }

  @Test("a session subscribes to a resource, is told of updates, and unsubscribes")
  func resources() async throws {
    let client = try Client()
    client.send(Sample.initialize("2025-06-18") + "\n")
    _ = try client.receive()
    client.send(
      Sample.session("resources/subscribe", id: "1", params: #"{"uri":"a:\u0041"}"#) + "\n")
    #expect(try client.receive() == #"{"jsonrpc":"2.0","id":1,"result":{}}"#)
    client.handler.tell(.resourceUpdated(uri: "a:A"))
    #expect(
      try client.receive()
        == #"{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"a:A"}}"#)
    client.send(
      Sample.session("resources/unsubscribe", id: "2", params: #"{"uri":"a:A"}"#) + "\n")
    #expect(try client.receive() == #"{"jsonrpc":"2.0","id":2,"result":{}}"#)
    // The lists are still listened to.
    #expect(await eventually { client.handler.listening.count == 1 })
    await client.end()
  }

  @Test("a subscription is acknowledged first, told under its id, and ends with its result")
  func subscription() async throws {
    let client = try Client()
    client.send(
      Sample.stateless(
        "subscriptions/listen", id: "\"l\"",
        params: #""notifications":{"toolsListChanged":true,"resourceSubscriptions":["a:1"]}"#)
        + "\n")
    #expect(
      try client.receive()
        == #"{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"l"},"notifications":{"toolsListChanged":true,"resourceSubscriptions":["a:1"]}}}"#
    )
    client.handler.tell(.resourceUpdated(uri: "a:1"))
    #expect(
      try client.receive()
        == #"{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"a:1","_meta":{"io.modelcontextprotocol/subscriptionId":"l"}}}"#
    )
    client.closeInput()
    #expect(
      try client.receive()
        == #"{"jsonrpc":"2.0","id":"l","result":{"resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"\#(Product.name)","version":"\#(Product.version)"},"io.modelcontextprotocol/subscriptionId":"l"}}}"#
    )
    await client.end()
  }

  @Test("a tool that asks gets its answers through the session's client")
  func asks() async throws {
    let client = try Client()
    client.send(Sample.initialize("2025-11-25") + "\n")
    _ = try client.receive()
    client.send(
      Sample.session("tools/call", id: "1", params: #"{"name":"ask","arguments":{"n":1.0}}"#)
        + "\n")
    let question = try Sample.document(client.receive())
    #expect(question[member: "method"]?.equals("roots/list") == true)
    let id = try #require(question[member: "id"]).description
    client.send(#"{"jsonrpc":"2.0","id":\#(id),"result":{"roots":[{"uri":"file:///a"}]}}"# + "\n")
    #expect(
      try client.receive()
        == #"{"jsonrpc":"2.0","id":1,"result":{"content":[],"heard":{"r":{"roots":[{"uri":"file:///a"}]}}}}"#
    )
    await client.end()
  }

  @Test("a client of the stateless era gets the question as the answer")
  func asksStateless() async throws {
    let client = try Client()
    client.send(Sample.call("ask") + "\n")
    #expect(try client.receive().contains(#""resultType":"input_required""#))
    await client.end()
  }

  @Test("a client that gives no answer in time is told, and the call goes on without")
  func unanswered() async throws {
    var limits = ClientFaceLimits()
    limits.inputTime = .milliseconds(30)
    let client = try Client(limits: limits)
    client.send(Sample.initialize("2025-11-25") + "\n")
    _ = try client.receive()
    client.send(Sample.session("tools/call", id: "1", params: #"{"name":"ask"}"#) + "\n")
    let id = try #require(Sample.document(client.receive())[member: "id"]).description
    #expect(
      try client.receive().hasPrefix(
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":\#(id),"#))
    #expect(try client.receive().contains(#""dev.sallyport/error":{"code":-32603"#))
    await client.end()
  }

  @Test("what is asked when the client has left is answered with an error, and nothing hangs")
  func leaves() async throws {
    let client = try Client(grace: .seconds(60))
    client.send(Sample.initialize("2025-11-25") + "\n")
    _ = try client.receive()
    client.send(Sample.session("tools/call", id: "1", params: #"{"name":"ask"}"#) + "\n")
    _ = try client.receive()
    client.closeInput()
    #expect(try client.receive().contains(#""dev.sallyport/error""#))
    await client.waitForEnd()
    await client.end()
  }

  @Test("a client that goes away ends the face and cancels its calls")
  func brokenOutput() async throws {
    let client = try Client(grace: .seconds(60))
    client.send(Sample.call("wait", id: "1") + "\n")
    #expect(await eventually { client.handler.echo.started == ["wait"] })
    client.closeOutput()
    client.send(Sample.call("echo", id: "2") + "\n")
    await client.waitForEnd()
    #expect(client.handler.echo.cancelled == ["wait"])
    await client.end()
  }
}

/// For handing a thing to one other thread of a test.
struct Unchecked<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
