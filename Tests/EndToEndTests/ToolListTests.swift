import Glibc
import JSON
import Testing

/// What a client is shown, and what the operator is told of the rest.
@Suite(.ownThreads)
struct ToolListTests {
  @Test("450 tools of one server and some of others come in pages, each once, in order")
  func pages() throws {
    let gateway = try Gateway(upstreams: [
      "many": Upstreams.scripted("--tools", "450"), "a": Upstreams.scripted("--catalog", "typed"),
      "z": Upstreams.scripted("--catalog", "typed", "--era", "stateless"),
    ])
    func all() throws -> (names: [String], pages: [Int]) {
      var names: [String] = []
      var pages: [Int] = []
      var cursor: String?
      repeat {
        let answer = try gateway.client.list(cursor: cursor)
        let page = answer.result?[member: "tools"]?.elements.compactMap {
          $0[member: "name"]?.string
        }
        names += page ?? []
        pages.append(page?.count ?? 0)
        cursor = answer.result?[member: "nextCursor"]?.string
      } while cursor != nil && pages.count < 10
      return (names, pages)
    }
    let first = try all()
    #expect(first.pages.count >= 3)
    #expect(first.pages.allSatisfy { $0 <= 200 })
    let expected =
      ["a__typed"] + (0..<450).map { "many__tool_" + String(10_000 + $0).dropFirst() } + [
        "z__typed"
      ]
    #expect(first.names == expected)
    #expect(try all().names == first.names)
    let said = try SDKClient(transport: .http(port: gateway.port), mode: "legacy").run(
      #"[{"do": "list"}]"#)
    #expect(said[1][member: "names"]?.elements.compactMap(\.string) == expected)

    for cursor in ["not one of ours", "====", "bm90aGluZw"] {
      let answer = try gateway.client.list(cursor: cursor)
      #expect(answer.errorCode == -32602 || answer.status == 200)
    }
    #expect(try gateway.client.list(cursor: "!").errorCode == -32602)
  }

  @Test("Tools that no client could call are not offered, and the operator is told why")
  func problems() throws {
    let long = "a-server-with-quite-a-long-name"
    let gateway = try Gateway(upstreams: [
      "twins": Upstreams.scripted("--catalog", "two-of-a-name"),
      "odd": Upstreams.scripted("--catalog", "illegal-names"),
      long: Upstreams.scripted("--catalog", "long-names"),
    ])
    let answer = try gateway.client.list()
    let names = answer.result?[member: "tools"]?.elements.compactMap { $0[member: "name"]?.string }
    #expect(names == ["\(long)__fits_aaaaaaaaaa", "odd__fine", "twins__other"])

    func problems(_ upstream: String) throws -> [String: String] {
      let list = try #require(try gateway.upstream(upstream)[member: "problems"])
      let pairs = list.elements.map {
        ($0[member: "tool"]?.string ?? "", $0[member: "reason"]?.string ?? "")
      }
      return Dictionary(pairs) { first, _ in first }
    }
    #expect(try problems("twins")["same"]?.contains("two tools") == true)
    let odd = try problems("odd")
    for name in ["has space", "x/y", "ünï", "line\nbreak"] {
      #expect(odd[name]?.contains("characters") == true, "\(name)")
    }
    #expect(odd["no_schema"]?.contains("inputSchema") == true)
    #expect(try problems(long).first?.value.contains("64") == true)

    for name in ["twins__same", "odd__has space", "odd__x/y"] {
      #expect(try gateway.client.call(name).errorCode == -32602)
    }
    // It is not only in the JSON: a person sees it too.
    let text = try gateway.command("upstream", "list").output
    #expect(text.contains("twins"))
  }

  @Test("A tool that was allowed to nobody is not shown")
  func hidden() throws {
    let gateway = try Gateway(
      upstreams: ["old": Upstreams.scripted()],
      policy: """
        @id("first-sees-echo")
        permit (
          principal == Sallyport::Agent::"first",
          action == Sallyport::Action::"list",
          resource == Sallyport::Tool::"old__echo"
        );
        """)
    let first = try gateway.client.list().result?[member: "tools"]
    #expect(first?.elements.compactMap { $0[member: "name"]?.string } == ["old__echo"])
    #expect(try gateway.secondClient.list().result?[member: "tools"]?.count == 0)
  }

  @Test(
    "A change of an upstream's tools reaches every client that listens",
    arguments: ["session", "stateless"])
  func changes(era: String) throws {
    let scratch = Scratch()
    let gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted("--era", era, "--journal", scratch.file("journal"))],
      scratch: scratch)
    let session = try gateway.client.opened()
    let sessionStream = try session.begin(session.get())
    var sessionHead = try sessionStream.head()
    #expect(sessionHead.status == 200)
    #expect(sessionHead.isEventStream)

    let listen = try gateway.client.begin(
      gateway.client.stateless(
        "subscriptions/listen",
        body:
          #"{"jsonrpc":"2.0","id":"sub","method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},"_meta":{\#(HTTPClient.statelessMeta)}}}"#
      ))
    var listenHead = try listen.head()
    #expect(listenHead.isEventStream)
    try awaitMessage(on: listen, &listenHead) {
      $0.has("method", "notifications/subscriptions/acknowledged")
    }

    let stdio = try StdioClient(gateway.scratch)
    try stdio.send(
      #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"n","version":"1"}}}"#
    )
    _ = try stdio.answer()
    try stdio.send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)

    if era == "stateless" {
      try waitUntil("the gateway to listen") {
        scratch.lines(of: "journal").contains("subscribed")
      }
    }
    #expect(try gateway.client.call("up__grow", #"{"name":"fresh"}"#).text == "grown")
    let changed = "notifications/tools/list_changed"
    try awaitMessage(on: sessionStream, &sessionHead) { $0.has("method", changed) }
    let told = try awaitMessage(on: listen, &listenHead) { $0.has("method", changed) }
    #expect(
      told[member: "params"]?[member: "_meta"]?
        .has("io.modelcontextprotocol/subscriptionId", "sub") == true)
    while try !stdio.receive().has("method", changed) {}
    #expect(try gateway.client.call("up__fresh").text == "I am fresh")
  }

  @Test("The states of a task reach the client that it belongs to, under the id that it knows")
  func tasks() throws {
    let gateway = try Gateway(upstreams: [
      "up": Upstreams.scripted("--era", "stateless", "--catalog", "tasks")
    ])
    let client = gateway.client
    let meta =
      #""io.modelcontextprotocol/protocolVersion":"2026-07-28","#
      + #""io.modelcontextprotocol/clientCapabilities":"#
      + #"{"extensions":{"io.modelcontextprotocol/tasks":{}}}"#
    let begun = try client.exchange(
      client.stateless(
        "tools/call", name: "up__begin",
        body:
          #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"up__begin","arguments":{"id":"job"},"_meta":{\#(meta)}}}"#
      ))
    let id = try #require(begun.result?[member: "taskId"]?.string, "\(begun.response.text)")
    #expect(id != "job")
    func listen(_ client: HTTPClient) throws -> (HTTPConnection, HTTPResponse, JSONNode) {
      let connection = try client.begin(
        client.stateless(
          "subscriptions/listen",
          body:
            #"{"jsonrpc":"2.0","id":"sub","method":"subscriptions/listen","params":{"notifications":{"taskIds":["\#(id)"]},"_meta":{\#(meta)}}}"#
        ))
      var head = try connection.head()
      let acknowledged = try awaitMessage(on: connection, &head) {
        $0.has("method", "notifications/subscriptions/acknowledged")
      }
      return (connection, head, acknowledged)
    }
    let (_, _, stranger) = try listen(gateway.secondClient)
    #expect(stranger[member: "params"]?[member: "notifications"]?.count == 0)
    var (connection, head, own) = try listen(client)
    #expect(
      own[member: "params"]?[member: "notifications"]?[member: "taskIds"]?[element: 0]?.string
        == id)
    _ = try client.call("up__end", #"{"id":"job"}"#)
    let told = try awaitMessage(on: connection, &head) { $0.has("method", "notifications/tasks") }
    let state = try #require(told[member: "params"])
    #expect(state.has("taskId", id) && state.has("status", "completed"))
    #expect(
      state[member: "_meta"]?.has("io.modelcontextprotocol/subscriptionId", "sub") == true)
    #expect(
      state[member: "result"]?[member: "content"]?[element: 0]?.has("text", "it is done") == true)
    let records = try gateway.ledger("--tool", "up__begin")
    #expect(records.contains { $0.has("method", "notifications/tasks") })
    connection.hangUp()
  }

  @discardableResult
  private func awaitMessage(
    on connection: HTTPConnection, _ head: inout HTTPResponse, _ isWanted: (JSONNode) -> Bool
  ) throws -> JSONNode {
    while let part = try connection.bodyPart(of: &head) {
      if let found = try EventStream.messages(in: part).first(where: isWanted) { return found }
    }
    throw TimedOut(description: "the stream ended")
  }
}
