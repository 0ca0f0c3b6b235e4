import Glibc
import JSON
import Testing

/// A client on standard input and output can do no more harm than one over HTTP.
@Suite(.ownThreads)
struct StdioClientTests {
  private static let call =
    #"{"jsonrpc":"2.0","id":"c","method":"tools/call","params":{"name":"up__echo","arguments":{},"_meta":{META}}}"#
    .replacing("META", with: HTTPClient.statelessMeta)

  private func start() throws -> (Scratch, StdioClient) {
    let scratch = Scratch()
    try scratch.write(Gateway.openPolicy, to: "policies/test.cedar")
    try scratch.write(
      Gateway.configuration(["up": Upstreams.scripted()]), to: "sallyport.yaml")
    return (scratch, try StdioClient(scratch))
  }

  @Test(
    "A line that is no message is answered with an error, and the next one is served",
    arguments: [
      ("nonsense", -32700), (#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, -32700),
      ("[]", -32600), ("7", -32600), (#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600),
      (#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#, -32600),
      (#"{"jsonrpc":"2.0","id":1,"method":"server/discover"}"#, -32602),
    ])
  func badLines(line: String, code: Int64) throws {
    let (_, client) = try start()
    try client.send(line)
    #expect(try client.answer()[member: "error"]?[member: "code"]?.int64 == code)
    try client.send(Self.call)
    #expect(try client.answer()[member: "result"] != nil)
  }

  @Test("A line of 11 MB is refused and not kept")
  func longLine() throws {
    let (_, client) = try start()
    try client.send(Self.call)
    _ = try client.answer()
    let before = try client.process.memory()
    try client.send(String(repeating: "x", count: 40_000_000))
    #expect(try client.answer()[member: "error"]?[member: "code"]?.int64 == -32700)
    try client.send(Self.call)
    #expect(try client.answer()[member: "result"] != nil)
    #expect(try client.process.memory() < before + 40 << 20)
  }

  @Test("Two requests with one id: the second is refused, the first is served")
  func oneIDTwice() throws {
    let (_, client) = try start()
    let slow = Self.call.replacing("up__echo", with: "up__slow")
    try client.send(slow)
    try client.send(slow)
    #expect(try client.answer()[member: "error"]?[member: "code"]?.int64 == -32600)
    #expect(try client.answer()[member: "result"] != nil)
  }

  @Test("What is no call of an agent is on record too")
  func recorded() throws {
    let (scratch, client) = try start()
    try client.send("nonsense")
    _ = try client.answer()
    try client.send(Self.call)
    _ = try client.answer()
    client.process.closeInput()
    #expect(try client.process.wait() == 0)
    let listed = try Process.run(
      try Programs.sallyport,
      ["audit", "list", "--json", "--config", scratch.file("sallyport.yaml")],
      environment: Gateway.environment)
    #expect(listed.output.contains(#""refusal":"malformed""#))
    #expect(listed.output.contains(#""transport":"stdio""#))
  }

  @Test("Many clients may join one gateway, and each gets its own answers")
  func joined() throws {
    let gateway = try Gateway(upstreams: ["up": Upstreams.scripted()])
    let clients = try (0..<5).map { _ in try StdioClient(gateway.scratch) }
    for (number, client) in clients.enumerated() {
      try client.send(
        Self.call.replacing(#""arguments":{}"#, with: #""arguments":{"n":\#(number)}"#))
    }
    for (number, client) in clients.enumerated() {
      let text = try client.answer()[member: "result"]?[member: "content"]?[element: 0]
      #expect(text?.has("text", #"{"n": \#(number)}"#) == true)
    }
    for client in clients {
      client.process.closeInput()
      #expect(try client.process.wait() == 0)
    }
  }

  private static func initialize(_ version: String) -> String {
    """
    {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"\(version)",\
    "capabilities":{},"clientInfo":{"name":"n","version":"1"}}}
    """
  }

  @Test("A view that is not there is refused, by a gateway of its own and by one that runs")
  func noSuchView() throws {
    let gateway = try Gateway(upstreams: ["up": Upstreams.scripted()])
    let alone = Scratch()
    try alone.write(Gateway.openPolicy, to: "policies/test.cedar")
    try alone.write(
      Gateway.configuration(["up": Upstreams.scripted()]), to: "sallyport.yaml")
    for scratch in [gateway.scratch, alone] {
      let client = try StdioClient(scratch, options: ["--server", "nowhere"])
      try client.send(Self.initialize("2025-11-25"))
      let error = try client.answer()[member: "error"]
      #expect(error?[member: "code"]?.int64 == -32602)
      #expect(error?.has("message", "there is no server nowhere here") == true)
    }
  }

  @Test(
    "Every revision with sessions is spoken, and batches are in the one that has them",
    arguments: ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"])
  func revisions(version: String) throws {
    let (_, client) = try start()
    try client.send(Self.initialize(version))
    #expect(try client.answer()[member: "result"]?.has("protocolVersion", version) == true)
    try client.send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
    let call =
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"up__echo","arguments":{}}}"#
    try client.send(call)
    #expect(try client.answer()[member: "result"]?[member: "content"]?.count == 1)
    try client.send(#"[\#(call),{"jsonrpc":"2.0","id":2,"method":"ping"}]"#)
    let answer = try client.receive()
    if version == "2025-03-26" {
      #expect(answer.elements.compactMap { $0[member: "id"]?.int64 }.sorted() == [1, 2])
    } else {
      #expect(answer[member: "error"]?[member: "code"]?.int64 == -32600)
    }
  }
}
