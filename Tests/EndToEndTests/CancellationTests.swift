import JSON
import Testing

/// A cancelled call is cancelled all the way, and nothing else is.
@Suite(.ownThreads)
struct CancellationTests {
  private func start(_ era: String) throws -> Gateway {
    let scratch = Scratch()
    return try Gateway(
      upstreams: ["up": Upstreams.scripted("--era", era, "--journal", scratch.file("journal"))],
      scratch: scratch)
  }

  private func awaitLine(_ line: String, in gateway: Gateway) throws {
    try waitUntil("«\(line)» in the upstream's journal") {
      gateway.scratch.lines(of: "journal").contains(line)
    }
  }

  @Test("A stateless client that hangs up cancels its call", arguments: ["session", "stateless"])
  func hangUp(era: String) throws {
    let gateway = try start(era)
    let connection = try gateway.client.begin(
      gateway.client.callRequest("up__slow", #"{"seconds":600,"mark":"a"}"#))
    try awaitLine("began a", in: gateway)
    connection.hangUp()
    try awaitLine("cancelled a", in: gateway)
    try waitUntil("the outcome") {
      try gateway.ledger("--kind", "outcome").contains { $0.has("status", "cancelled") }
    }
  }

  @Test("A session's client cancels by name, and only that call")
  func byNotification() throws {
    let gateway = try start("session")
    let client = try gateway.client.opened()
    let first = try client.begin(
      client.sessionCallRequest("up__slow", #"{"seconds":600,"mark":"first"}"#, id: "1"))
    let second = try client.begin(
      client.sessionCallRequest("up__slow", #"{"seconds":1,"mark":"second"}"#, id: #""1""#))
    try awaitLine("began first", in: gateway)
    try awaitLine("began second", in: gateway)
    // Another session's request of the same id is another request.
    let stranger = try gateway.client.opened()
    let cancel = #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#
    #expect(try stranger.exchange(stranger.request(body: cancel)).status == 202)
    #expect(try client.exchange(client.request(body: cancel)).status == 202)
    try awaitLine("cancelled first", in: gateway)
    #expect(try HTTPClient.Answer(second.response()).text == "slept")
    _ = try first.response()
    #expect(!gateway.scratch.lines(of: "journal").contains("cancelled second"))
  }

  @Test("A session's client that hangs up does not cancel")
  func sessionHangUp() throws {
    let gateway = try start("session")
    let client = try gateway.client.opened()
    let connection = try client.begin(
      client.sessionCallRequest("up__slow", #"{"seconds":1,"mark":"a"}"#))
    try awaitLine("began a", in: gateway)
    connection.hangUp()
    try awaitLine("finished a", in: gateway)
    #expect(!gateway.scratch.lines(of: "journal").contains("cancelled a"))
    try waitUntil("the outcome") {
      try gateway.ledger("--kind", "outcome").contains { $0.has("status", "ok") }
    }
  }

  @Test("A stdio client cancels by name in both eras", arguments: ["session", "stateless"])
  func overStdio(era: String) throws {
    let gateway = try start(era)
    let client = try StdioClient(gateway.scratch)
    if era == "session" {
      try client.send(
        #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"n","version":"1"}}}"#
      )
      _ = try client.answer()
    }
    let meta = era == "session" ? "" : #","_meta":{\#(HTTPClient.statelessMeta)}"#
    try client.send(
      #"{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"up__slow","arguments":{"seconds":600,"mark":"a"}\#(meta)}}"#
    )
    try awaitLine("began a", in: gateway)
    try client.send(
      #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"x"}}"#)
    try awaitLine("cancelled a", in: gateway)
    // The connection still serves, and the cancelled call is never answered.
    try client.send(
      #"{"jsonrpc":"2.0","id":"y","method":"tools/call","params":{"name":"up__echo","arguments":{}\#(meta)}}"#
    )
    #expect(try client.answer()[member: "id"]?.equals("y") == true)
  }

  @Test("Cancelling reaches an SDK server over HTTP")
  func overHTTPUpstream() throws {
    let scratch = Scratch()
    let server = try HTTPServerFixture.sdk(in: scratch)
    let gateway = try Gateway(upstreams: ["sdk": Upstreams.http(server)], scratch: scratch)
    let connection = try gateway.client.begin(
      gateway.client.callRequest("sdk__wait", #"{"seconds":600,"mark":"a"}"#))
    try waitUntil("the call at the upstream") {
      scratch.lines(of: "sdk-server.journal").contains("began a")
    }
    connection.hangUp()
    try waitUntil("the cancelling at the upstream") {
      scratch.lines(of: "sdk-server.journal").contains("cancelled a")
    }
  }
}
