import JSON
import Testing

/// As many servers as an organisation has, behind one gateway.
@Suite(.ownThreads)
struct ManyServersTests {
  private static let servers = 500
  private static let tools = 40
  /// Server 123 has it as its tool 33.
  private static let tool = "encrypt_bronze_castle"

  private func start() throws -> (Gateway, HTTPServerFixture) {
    let scratch = Scratch()
    let fixture = try HTTPServerFixture.python(
      [Programs.fixture("many_servers.py"), "\(Self.servers)", "\(Self.tools)"], in: scratch)
    var upstreams = ["dead": "url: \(fixture.url)/\(Self.servers), quarantine: true"]
    for number in 0..<Self.servers {
      upstreams["s" + String(1_000 + number).dropFirst()] =
        "url: \(fixture.url)/\(number), quarantine: true"
    }
    let gateway = try Gateway(
      upstreams: upstreams, policy: Gateway.approvingPolicy,
      settings: "profiles: {found: {expose: search}}", scratch: scratch)
    gateway.keep(fixture)
    return (gateway, fixture)
  }

  @discardableResult
  private func control(_ what: String, _ fixture: HTTPServerFixture) throws -> JSONNode {
    let port = try #require(fixture.url.split(separator: ":").last.flatMap { UInt16($0) })
    let connection = try HTTPConnection(port: port)
    try connection.send("POST /control/\(what) HTTP/1.1\r\nHost: localhost\r\n\r\n")
    let answer = try HTTPClient.Answer(connection.response())
    #expect(answer.status == 200)
    return try #require(answer.messages.first)
  }

  /// The methods of the requests to a server that wait for an answer now.
  private func waiting(at server: Int, _ fixture: HTTPServerFixture) throws -> [String] {
    try control("waiting/\(server)", fixture).elements.compactMap(\.string)
  }

  /// The sum of a number that the list of servers has of each.
  private func sum(_ member: String, _ gateway: Gateway) throws -> Int64 {
    let listed = try gateway.command("upstream", "list", "--json")
    try #require(listed.code == 0, "\(listed.errors)")
    let root = try JSONDocument(
      parsing: Array(listed.output.utf8), limits: JSONLimits(bytes: 100_000_000)
    ).root
    return root.elements.reduce(0) { $0 + ($1[member: member]?.int64 ?? 0) }
  }

  private func search(_ words: String, _ gateway: Gateway) throws -> String {
    var request = gateway.client.callRequest("search_tools", #"{"query":"\#(words)"}"#)
    request.path = "/mcp/found"
    return try gateway.client.exchange(request).text ?? ""
  }

  @Test("500 servers of 40 tools are unseen, then approved, listed, found, changed and called")
  func scale() throws {
    let (gateway, fixture) = try start()
    let items = Int64(Self.servers * (Self.tools + 1))
    try waitUntil("the dead to be asked") { try !waiting(at: Self.servers, fixture).isEmpty }
    try waitUntil("all to wait") { try sum("waiting", gateway) == items + 1 }
    #expect(try gateway.toolNames().isEmpty)
    #expect(try gateway.client.call("s123__\(Self.tool)").errorCode == -32602)
    #expect(try !search("encrypt bronze castle", gateway).contains("s123__"))

    let approved = try Process.run(
      "/usr/bin/python3",
      ["-I", "-S", Programs.fixture("approve_all.py"), gateway.scratch.file("data/admin.sock")],
      until: .after(.seconds(300)))
    #expect(approved.output == "\(items + 1)\n", "\(approved.errors)")
    try waitUntil("all to be there") {
      try sum("tools", gateway) == Int64(Self.servers * Self.tools)
    }
    let page = try #require(try gateway.client.list().result)
    #expect(page[member: "tools"]?.count == 200 && page[member: "nextCursor"] != nil)
    for (words, tool) in [
      ("encrypt the bronze castle", "s123__\(Self.tool)"),
      ("mail amber anchors", "s000__mail_amber_anchor"),
      ("count silver zebras", "s499__count_silver_zebra"),
      ("rotate an ivory lantern", "s271__rotate_ivory_lantern"),
    ] {
      try waitUntil("the search to know \(tool)") {
        try search(words, gateway).hasPrefix("\(tool)(")
      }
    }
    #expect(try gateway.client.call("s123__\(Self.tool)").text == "123 did \(Self.tool)")

    try control("change/123/33", fixture)
    try waitUntil("the change") { try gateway.states(of: "s123")[Self.tool] == "changed" }
    #expect(try gateway.client.call("s123__\(Self.tool)").errorCode == -32602)
    #expect(try sum("tools", gateway) == Int64(Self.servers * Self.tools) - 1)
    #expect(try sum("waiting", gateway) == 1)
    #expect(
      try gateway.client.call("s123__sign_bronze_castle").text == "123 did sign_bronze_castle")
    try control("restore/123/33", fixture)
    try waitUntil("its return") { try sum("tools", gateway) == Int64(Self.servers * Self.tools) }

    // Who is asked of the dead waits for them, and nobody else does.
    try control("hang/321", fixture)
    let hanging = try gateway.client.begin(
      gateway.client.callRequest("s321__audit_azure_puppet"))
    let isHanging = { try waiting(at: 321, fixture).contains("tools/call") }
    try waitUntil("the call to hang", isHanging)
    #expect(try gateway.client.call("s123__\(Self.tool)").text == "123 did \(Self.tool)")
    #expect(try gateway.toolNames().count == 200)
    #expect(try search("encrypt the bronze castle", gateway).hasPrefix("s123__\(Self.tool)("))
    try waitUntil("the dead to be given up") {
      try gateway.upstream("dead")[member: "lastError"]?.string?.isEmpty == false
    }
    let status = try gateway.command("status", "--json")
    let calls = try JSONDocument(parsing: Array(status.output.utf8)).root[member: "callsInFlight"]
    #expect(calls?.int64 == 1, "no answer has come")
    #expect(try isHanging())
    hanging.hangUp()
    try waitUntil("its end at the server") { try !isHanging() }
  }
}
