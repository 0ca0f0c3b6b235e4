import JSON
import Testing

/// What `upstream list` and `upstream show` say of how a server is doing, and of what it lists.
@Suite(.ownThreads)
struct UpstreamShowTests {
  private func shown(_ server: String, _ gateway: Gateway) throws -> String {
    let finished = try gateway.command("upstream", "show", server)
    try #require(finished.code == 0, "\(finished.errors)")
    return finished.output
  }

  @Test("How long calls took and how many went wrong is shown where there were any")
  func figures() throws {
    let gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted(), "idle": Upstreams.scripted()])
    for _ in 1...3 { _ = try gateway.client.call("up__echo") }
    _ = try gateway.client.call("up__error")

    let listed = try gateway.command("upstream", "list").output.split(separator: "\n")
    let head = try #require(listed.first)
    #expect(head.contains("P95") && head.contains("ERRORS"))
    let row = try #require(listed.first { $0.hasPrefix("up ") })
    #expect(row.contains(#/ <?[0-9.]+ m?s +25 %$/#), "\(row)")
    let idle = try #require(listed.first { $0.hasPrefix("idle ") })
    #expect(!idle.contains("%") && !idle.contains(" ms"), "\(idle)")

    let text = try shown("up", gateway)
    #expect(text.contains("state         ready, stdio, file, 2025-06-18, scripted 1\n"), "\(text)")
    #expect(
      text.contains(#/calls +4 in the last 5 minutes, half within .+ m?s, 95 % within .+ m?s\n/#),
      "\(text)")
    #expect(
      text.contains("errors        25 %: 1 of tools or the server, 0 without answer\n"), "\(text)")
    #expect(text.contains("circuit       closed\n"), "\(text)")
    #expect(try shown("idle", gateway).contains("calls         none in the last 5 minutes\n"))

    // The JSON is that of the list, with more.
    let upstream = try gateway.upstream("up")
    let review = try gateway.review(of: "up")
    for (name, value) in upstream.members where name != "health" {
      #expect(review[member: name]?.description == value.description, "\(name)")
    }
    #expect(review[member: "health"]?[member: "toolErrors"]?.int64 == 1)
  }

  @Test("Of a server without quarantine is shown what it lists")
  func listed() throws {
    let scratch = Scratch()
    try scratch.write(
      #"""
      {"tools": [{"name": "add", "description": "Adds.\nA lot.", "inputSchema": {"type": "object"}},
         {"name": "drop", "inputSchema": {"type": "object"}},
         {"name": "has space", "inputSchema": {"type": "object"}}],
       "prompts": [{"name": "greet", "description": "Says hello"}],
       "templates": [{"uriTemplate": "file:///{path}", "name": "files"}]}
      """#, to: "listed.json")
    let open = try Upstreams.changing(scratch.file("listed.json"))
      .replacing("quarantine: true", with: "quarantine: false, tools: {add: {effect: read}}")
    let gateway = try Gateway(
      upstreams: [
        "up": open, "other": Upstreams.scripted("--catalog", "resources", "--tools", "1"),
      ], scratch: scratch)
    try waitUntil("its lists") {
      let upstream = try gateway.upstream("up")
      return ["tools", "prompts", "resourceTemplates"].allSatisfy {
        upstream[member: $0]?.int64 ?? 0 > 0
      }
    }
    let text = try shown("up", gateway)
    #expect(
      text.hasSuffix(
        """
        up is not quarantined: agents see what it lists.

        ITEM                     EFFECT       DESCRIPTION
        add                      read         Adds.
        drop                     destructive
        prompt:greet                          Says hello
        template:file:///{path}

        """), "\(text)")
    #expect(text.contains("not offered   has space: "), "\(text)")
    #expect(try shown("other", gateway).contains("\nresource:x://1\n"))

    let listed = try #require(try gateway.review(of: "up")[member: "listed"])
    #expect(
      listed.elements.map { $0[member: "list"]?.string ?? "" } == [
        "tools", "tools", "prompts", "templates",
      ])
    let tool = try #require(listed.elements.first { $0.has("name", "drop") })
    #expect(tool.has("effect", "destructive"))
    #expect(tool[member: "definition"]?.has("name", "drop") == true)
  }

  @Test("Of a server that cannot start is shown why, and what to do", arguments: [true, false])
  func broken(isQuarantined: Bool) throws {
    let gateway = try Gateway(upstreams: [
      "up": "command: /nowhere/server, quarantine: \(isQuarantined)"
    ])
    try waitUntil("the error") { try gateway.upstream("up")[member: "lastError"] != nil }
    let json = try gateway.review(of: "up")
    let (error, advice) = (
      try #require(json[member: "lastError"]?.string), try #require(json[member: "advice"]?.string)
    )
    let text = try shown("up", gateway)
    #expect(text.contains("last error    \(error)\n"), "\(text)")
    #expect(text.contains("advice        \(advice)\n"), "\(text)")
    #expect(!text.contains("state         ready"))
    let nothing = "agents see what it lists. Nothing of it is listed now."
    #expect(text.contains(nothing) == !isQuarantined, "\(text)")
    #expect((json[member: "listed"] != nil) == !isQuarantined)
  }
}
