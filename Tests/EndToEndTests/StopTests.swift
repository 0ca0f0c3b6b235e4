import Glibc
import JSON
import Testing

/// The gateway ends well.
@Suite(.ownThreads)
struct StopTests {
  private func start(_ settings: String = "") throws -> Gateway {
    let scratch = Scratch()
    return try Gateway(
      upstreams: ["up": Upstreams.scripted("--journal", scratch.file("journal"))],
      settings: settings, scratch: scratch)
  }

  private func begin(_ seconds: Int, _ gateway: Gateway) throws -> HTTPConnection {
    let connection = try gateway.client.begin(
      gateway.client.callRequest("up__slow", #"{"seconds":\#(seconds),"mark":"a"}"#))
    try waitUntil("the call at the upstream") {
      gateway.scratch.lines(of: "journal").contains("began a")
    }
    return connection
  }

  @Test("A call under way is finished before the gateway ends", arguments: [SIGTERM, SIGINT])
  func finishes(signal: Int32) throws {
    let gateway = try start()
    let connection = try begin(1, gateway)
    gateway.process.signal(signal)
    #expect(try HTTPClient.Answer(connection.response()).text == "slept")
    #expect(try gateway.process.wait() == 0)
    let records = try gateway.ledger()
    #expect(records.contains { $0.has("kind", "outcome") && $0.has("status", "ok") })
    #expect(records.last?.has("event", "stopped") == true)
  }

  @Test("A call that takes longer than the deadline is cancelled, and the gateway ends well")
  func cancels() throws {
    let gateway = try start("limits: {shutdown: 300ms}")
    let connection = try begin(600, gateway)
    gateway.process.signal(SIGTERM)
    #expect(try gateway.process.wait() == 0)
    connection.hangUp()
    #expect(gateway.scratch.lines(of: "journal").contains("notified of cancelling"))
    let records = try gateway.ledger()
    #expect(records.contains { $0.has("kind", "outcome") && $0.has("status", "cancelled") })
  }

  @Test("Nothing that the gateway started outlives it")
  func upstreamsEnd() throws {
    let gateway = try start()
    let said = try #require(try gateway.client.call("up__whoami").text)
    let pid = try #require(Int32(said))
    #expect(Glibc.kill(pid, 0) == 0)
    #expect(try gateway.stop() == 0)
    try waitUntil("the end of the upstream") { Glibc.kill(pid, 0) != 0 }
  }

  @Test("An upstream that ignores every wish to end is ended with all its children")
  func stubbornUpstream() throws {
    let scratch = Scratch()
    let gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted("--stubborn", "--journal", scratch.file("journal"))],
      scratch: scratch)
    let said = try #require(try gateway.client.call("up__whoami").text)
    let child = scratch.lines(of: "journal").first { $0.hasPrefix("child ") }?.dropFirst(6)
    let pids = [try #require(Int32(said)), try #require(child.flatMap { Int32($0) })]
    #expect(try gateway.stop() == 0)
    try waitUntil("the end of both") { pids.allSatisfy { Glibc.kill($0, 0) != 0 } }
  }

  @Test("Streams that are open end well when the gateway ends")
  func streamsEnd() throws {
    let gateway = try start()
    let session = try gateway.client.opened()
    let stream = try session.begin(session.get())
    var head = try stream.head()
    #expect(head.isEventStream)
    gateway.process.signal(SIGTERM)
    while try stream.bodyPart(of: &head) != nil {}
    #expect(try gateway.process.wait() == 0)
  }

  @Test("A client that joined a gateway over stdio is told when that ends")
  func joinedClient() throws {
    let gateway = try start()
    let client = try StdioClient(gateway.scratch)
    try client.send(
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"up__echo","arguments":{},"_meta":{\#(HTTPClient.statelessMeta)}}}"#
    )
    #expect(try client.answer()[member: "result"] != nil)
    #expect(try gateway.stop() == 0)
    #expect(throws: TimedOut.self) { try client.receive() }
    #expect(try client.process.wait() == 1)
  }

  @Test("A stdio gateway ends with its client, after it has answered")
  func stdioEnds() throws {
    let scratch = Scratch()
    try scratch.write(Gateway.openPolicy, to: "policies/test.cedar")
    try scratch.write(
      Gateway.configuration(["up": Upstreams.scripted()]), to: "sallyport.yaml")
    let client = try StdioClient(scratch)
    try waitUntil("the tool") {
      try client.send(
        #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"up__echo","arguments":{},"_meta":{\#(HTTPClient.statelessMeta)}}}"#
      )
      return try client.answer()[member: "result"] != nil
    }
    try client.send(
      #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"up__slow","arguments":{"seconds":1},"_meta":{\#(HTTPClient.statelessMeta)}}}"#
    )
    client.process.closeInput()
    #expect(try client.answer()[member: "id"]?.int64 == 2)
    #expect(try client.process.wait() == 0)
  }
}
