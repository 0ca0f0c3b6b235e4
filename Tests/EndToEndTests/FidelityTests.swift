import JSON
import Testing

/// What only passes through comes out as it went in.
@Suite(
  .ownThreads,
  .gateway {
    try Gateway(upstreams: [
      "old": Upstreams.scripted(), "new": Upstreams.scripted("--era", "stateless"),
    ])
  })
struct FidelityTests {
  static let payload =
    #"{"z":1,"a":9007199254740993,"huge":123456789012345678901234567890,"f":1.0,"e":1E+2,"n":-0,"text":"\u0041\/\ud83d\ude00é😀","":{"z":[ ],"y":{ }},"10":1,"9":2}"#

  /// §2.8 corner 14.
  @Test("Arguments reach the upstream byte for byte", arguments: ["old", "new"])
  func argumentsUnchanged(server: String) throws {
    let answer = try gateway.client.call("\(server)__raw", Self.payload)
    let line = try #require(answer.text)
    #expect(line.contains(#""arguments":\#(Self.payload)"#), "\(line)")
    #expect(line.contains(#""name":"raw""#))
  }

  @Test("A session's arguments reach the upstream byte for byte", arguments: ["old", "new"])
  func sessionArgumentsUnchanged(server: String) throws {
    let client = try gateway.client.opened()
    let answer = try client.exchange(client.sessionCallRequest("\(server)__raw", Self.payload))
    #expect(try #require(answer.text).contains(#""arguments":\#(Self.payload)"#))
  }

  @Test("Keys of one hop stay on it, all other metadata goes on")
  func metadata() throws {
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    let answer = try gateway.client.call(
      "new__raw",
      meta: #""traceparent":"\#(trace)","vendor.example/x":{"k":[1,2]},"progressToken":"mine""#)
    let document = try JSONDocument(parsing: Array(try #require(answer.text).utf8))
    let meta = try #require(document.root[member: "params"]?[member: "_meta"])
    // The trace goes on, under a span of the gateway's own.
    let onward = try #require(meta[member: "traceparent"]?.string)
    #expect(onward.hasPrefix(trace.prefix(36)) && onward.hasSuffix("-01"))
    #expect(onward.count == trace.count && onward != trace)
    #expect(meta[member: "vendor.example/x"]?.description == #"{"k":[1,2]}"#)
    #expect(!meta.has("progressToken", "mine"))
    #expect(meta[member: "progressToken"] != nil)
    #expect(
      meta[member: "io.modelcontextprotocol/clientInfo"]?.has("name", "sallyport") == true)
  }

  @Test(
    "A request's id is echoed as it was spelled",
    arguments: [
      "1", "0", "-7", "9007199254740993", "9223372036854775807", #""1""#, #""""#, #""\u0041é😀""#,
      #""a longer id with spaces""#,
    ])
  func idsEchoed(id: String) throws {
    let stateless = try gateway.client.call("old__echo", id: id)
    #expect(stateless.message?[member: "id"]?.description == id)
    let client = try gateway.client.opened()
    let session = try client.exchange(client.sessionCallRequest("new__echo", id: id))
    #expect(session.message?[member: "id"]?.description == id)
    let refused = try gateway.client.call("old__no_such_tool", id: id)
    #expect(refused.message?[member: "id"]?.description == id)
  }

  @Test(
    "An id that JSON-RPC does not know is refused", arguments: ["null", "1.5", "{}", "[1]", "true"])
  func oddIDs(id: String) throws {
    let answer = try gateway.client.call("old__echo", id: id)
    #expect(answer.status == 400)
    #expect(answer.errorCode == -32600)
  }

  @Test(
    "Progress carries the client's own token",
    arguments: [#""a token""#, "7", "9007199254740993"], ["old", "new"])
  func progressTokens(token: String, server: String) throws {
    let answer = try gateway.client.call("\(server)__progress", meta: #""progressToken":\#(token)"#)
    #expect(answer.response.isEventStream)
    let progress = answer.messages.filter { $0.has("method", "notifications/progress") }
    #expect(progress.count == 3)
    for notification in progress {
      #expect(notification[member: "params"]?[member: "progressToken"]?.description == token)
    }
    #expect(answer.messages.last?[member: "result"] != nil)
    let client = try gateway.client.opened()
    let inSession = try client.exchange(
      client.sessionCallRequest("\(server)__progress", meta: #""progressToken":\#(token)"#))
    #expect(
      inSession.messages.filter { $0.has("method", "notifications/progress") }.compactMap {
        $0[member: "params"]?[member: "progressToken"]?.description
      } == [token, token, token])
  }

  @Test("Without a token there is no progress")
  func noProgressUnasked() throws {
    let answer = try gateway.client.call("old__progress")
    #expect(!answer.response.isEventStream)
    #expect(answer.messages.count == 1)
  }

  @Test("Large results come through whole", arguments: [1 << 20, 20 << 20])
  func largeResults(bytes: Int) throws {
    let answer = try gateway.client.call("old__big", #"{"bytes":\#(bytes)}"#)
    #expect(answer.text?.utf8.count == bytes)
    #expect(answer.text?.utf8.allSatisfy { $0 == UInt8(ascii: "y") } == true)
  }

  @Test("Arguments of a megabyte come through whole")
  func largeArguments() throws {
    let text = String(repeating: "é", count: 500_000)
    let answer = try gateway.client.call("new__echo", #"{"text":"\#(text)"}"#)
    #expect(answer.text?.contains(text) == true)
  }

  @Test("An upstream's own error comes through with its data")
  func upstreamErrors() throws {
    let answer = try gateway.client.call("old__error")
    #expect(answer.status == 200)
    #expect(answer.errorCode == -32050)
    #expect(answer.error?.has("message", "an error of its own") == true)
    #expect(
      answer.error?[member: "data"]?.description.filter { $0 != " " } == #"{"n":9007199254740993}"#)
  }

  @Test("A session never sees members of the stateless era, and the other way round")
  func eraMembers() throws {
    let stateless = try gateway.client.call("old__echo")
    #expect(stateless.result?.has("resultType", "complete") == true)
    let client = try gateway.client.opened()
    let session = try client.exchange(client.sessionCallRequest("new__echo"))
    #expect(session.result?[member: "resultType"] == nil)
    #expect(session.result?[member: "_meta"] == nil)
  }

  @Test("An upstream's request to the client is answered and harms nothing")
  func serverRequests() throws {
    #expect(try gateway.client.call("old__ask").text == "asked")
  }

  @Test("Ping is answered by the gateway itself")
  func ping() throws {
    let client = try gateway.client.opened()
    let answer = try client.exchange(
      client.request(body: #"{"jsonrpc":"2.0","id":"p","method":"ping"}"#))
    #expect(answer.response.text == #"{"jsonrpc":"2.0","id":"p","result":{}}"#)
  }

  @Test(
    "A handshake negotiates the revision asked for, else the newest of the session era",
    arguments: [
      ("2025-11-25", "2025-11-25"), ("2025-06-18", "2025-06-18"), ("2025-03-26", "2025-03-26"),
      ("2024-11-05", "2024-11-05"), ("2026-07-28", "2025-11-25"), ("2099-01-01", "2025-11-25"),
    ])
  func negotiation(asked: String, given: String) throws {
    let client = try gateway.client
    let answer = try client.exchange(
      client.request(
        body:
          #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"\#(asked)","capabilities":{},"clientInfo":{"name":"n","version":"1"}}}"#
      ))
    #expect(answer.result?.has("protocolVersion", given) == true)
  }
}
