import Glibc
import JSON
import Testing

/// A server that is another than the approved one is held back as a whole, and no other server.
@Suite(.ownThreads)
struct ChangedIdentityTests {
  /// What makes it another.
  enum Part: String, CaseIterable, Sendable {
    case arguments, program, script, origin
  }

  private static let scripted =
    "exec /usr/bin/python3 -I -S \(Programs.fixture("scripted_server.py"))\n"

  /// Writes the program that the server is, and says how it is reached.
  private func upstream(_ part: Part, isOther: Bool, in scratch: Scratch, _ urls: [String]) throws
    -> String
  {
    let more = "quarantine: true, effect: read"
    let comment = isOther ? "# another\n" : ""
    switch part {
    case .arguments:
      return isOther
        ? Upstreams.scripted("--version", "2025-06-18", more: more) : Upstreams.scripted(more: more)
    case .program:
      let path = try scratch.write("#!/bin/sh\n" + comment + Self.scripted, to: "server")
      try #require(chmod(path, 0o700) == 0)
      return "command: \(path), \(more)"
    case .script:
      let path = try scratch.write(comment + Self.scripted, to: "server.sh")
      return "command: /bin/sh, args: [\(path)], \(more)"
    case .origin: return "url: \(urls[isOther ? 1 : 0]), \(more)"
    }
  }

  @Test("A program that took another's place is asked nothing before it is known who it is")
  func resources() throws {
    let scratch = Scratch()
    func become(_ name: String) throws -> String {
      let path = try scratch.write(
        "exec /usr/bin/python3 -I -S \(Programs.fixture("scripted_server.py")) "
          + "--catalog resources --journal \(scratch.file(name))\n", to: "server.sh")
      // Large, so that it takes its time to find out; what follows the line is not read by a shell.
      try #require(truncate(path, 512 << 20) == 0)
      return "command: /bin/sh, args: [\(path)], quarantine: true"
    }
    let gateway = try Gateway(
      upstreams: ["up": try become("first")],
      policy: Gateway.approvingPolicy + """

        @id("reads") permit (
          principal, action == Sallyport::Action::"readResource", resource
        );
        """, scratch: scratch)
    func read() throws -> HTTPClient.Answer {
      try gateway.client.exchange(
        gateway.client.stateless(
          "resources/read", name: "up+x://1",
          body: #"""
            {"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"up+x://1",\#
            "_meta":{\#(HTTPClient.statelessMeta)}}}
            """#))
    }
    try waitUntil("the server to wait") { try gateway.states(of: "up")["echo"] == "pending" }
    try gateway.approve("up")
    try waitUntil("its resource") { try read().result != nil }
    #expect(scratch.lines(of: "first").contains("read x://1"))

    _ = try become("second")
    try #require(try gateway.command("upstream", "restart", "up").code == 0)
    try waitUntil("the server to be held back") { try read().errorCode == -32602 }
    #expect(try gateway.states(of: "up")["server"] == "changed")
    #expect(!scratch.lines(of: "second").contains("read x://1"))

    _ = try become("first")
    try #require(try gateway.command("upstream", "restart", "up").code == 0)
    try waitUntil("its return") { try read().result != nil }
  }

  @Test(
    "A change of what a server is holds back all of it, and its return lets it through",
    arguments: Part.allCases)
  func changes(part: Part) throws {
    let scratch = Scratch()
    let servers =
      part == .origin
      ? try (0..<2).map { _ in try HTTPServerFixture.hostile("session", in: scratch) }
      : []
    let urls = servers.map(\.url)
    let other = Upstreams.scripted()
    let gateway = try Gateway(
      upstreams: [
        "up": try upstream(part, isOther: false, in: scratch, urls), "other": other,
      ], policy: Gateway.approvingPolicy, scratch: scratch)
    for server in servers { gateway.keep(server) }
    func become(isOther: Bool) throws {
      let configured = try upstream(part, isOther: isOther, in: scratch, urls)
      if part == .program || part == .script {
        try #require(try gateway.command("upstream", "restart", "up").code == 0)
      } else {
        try scratch.write(
          Gateway.configuration(["up": configured, "other": other]), to: "sallyport.yaml")
      }
    }
    try waitUntil("the server to wait") { try gateway.states(of: "up")["echo"] == "pending" }
    try gateway.approve("up")
    try waitUntil("its tools") { try gateway.toolNames().contains("up__echo") }
    let before = try gateway.states(of: "up")

    try become(isOther: true)
    try waitUntil("the server to be held back") {
      try gateway.states(of: "up")["server"] == "changed"
    }
    try waitUntil("its tools to be listed") {
      try gateway.states(of: "up").count == before.count
    }
    var expected = before
    expected["server"] = "changed"
    #expect(try gateway.states(of: "up") == expected)
    let names = try gateway.toolNames()
    #expect(!names.contains { $0.hasPrefix("up__") } && names.contains("other__echo"))
    #expect(try gateway.client.call("up__echo").errorCode == -32602)
    #expect(try gateway.client.call("other__echo").text == "{}")
    #expect(try gateway.item("server", of: "up")[member: "changes"]?.count ?? 0 > 0)

    try become(isOther: false)
    try waitUntil("its return") { try gateway.toolNames().contains("up__echo") }
    #expect(try gateway.states(of: "up") == before)
    // Its tools are listed again while it may be starting still.
    try waitUntil("its answer") { try gateway.client.call("up__echo").text == "{}" }
  }
}
