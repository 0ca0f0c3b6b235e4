import Glibc
import JSON
import Testing

/// What was decided about items, and what was not yet, is there after the gateway's end.
@Suite(.ownThreads)
struct ReviewRestartTests {
  private static func tool(_ name: String, _ description: String, _ schema: String = "") -> String {
    #"{"name":"\#(name)","description":"\#(description)","#
      + #""inputSchema":{"type":"object"\#(schema)}}"#
  }

  private static let kept = tool("kept", "Stays as it is")
  private static let refused = tool("refused", "Is turned down")
  private static let taken = tool("taken", "Is taken back")

  private static let first = """
    {"instructions":"Handle with care.","tools":[\(kept),\(refused),\(taken),
    \(tool("turned", "Takes more")),\(tool("ruled", "Is described so"))]}
    """
  private static let second = """
    {"instructions":"Handle with care.","tools":[\(kept),\(refused),\(taken),
    \(tool("turned", "Takes more", #","properties":{"more":{"type":"string"}}"#)),
    \(tool("ruled", "Is described in other words")),\(tool("fresh", "Was not there"))]}
    """

  private static let expected = [
    "server": "approved", "instructions": "pending", "kept": "approved", "refused": "rejected",
    "taken": "pending", "turned": "changed", "ruled": "approved", "fresh": "pending",
  ]

  @Test("Every state of an item is the same after a restart", arguments: ["stop", "kill"])
  func restart(end: String) throws {
    let scratch = Scratch()
    try scratch.write(Self.first, to: "listed.json")
    let gateway = try Gateway(
      upstreams: [
        "up": try Upstreams.changing(scratch.file("listed.json"), more: ", accept: [descriptions]")
      ], policy: Gateway.approvingPolicy, scratch: scratch)
    try gateway.awaitItems(7, of: "up")
    try gateway.approve("up", "server", "kept", "taken", "turned", "ruled", "--reason", "looked at")
    #expect(
      try gateway.command("upstream", "reject", "up", "refused", "--reason", "no need").code == 0)
    #expect(
      try gateway.command("upstream", "revoke", "up", "taken", "--reason", "not any more").code == 0
    )
    try scratch.write(Self.second, to: "listed.json")
    #expect(try gateway.command("upstream", "restart", "up").code == 0)
    try waitUntil("the states") { try gateway.states(of: "up") == Self.expected }
    try waitUntil("the rule") {
      try gateway.item("ruled", of: "up")[member: "approved"]?.has("by", "rule descriptions")
        == true
    }
    #expect(
      try gateway.item("refused", of: "up")[member: "rejected"]?.has("reason", "no need") == true)
    // What is told of items is on record before the gateway is ended without a warning.
    try waitUntil("the records") {
      let pins = try gateway.ledger("--kind", "pin")
      return pins.contains { $0.has("event", "changed") && $0.has("tool", "turned") }
        && pins.contains { $0.has("event", "quarantined") && $0.has("tool", "fresh") }
    }
    let items = try #require(try gateway.review(of: "up")[member: "items"]).description
    let pins = try gateway.ledger("--kind", "pin").count

    if end == "stop" { try gateway.stop() } else { try gateway.kill() }
    try gateway.startAgain()
    try gateway.awaitItems(Self.expected.count, of: "up")
    #expect(try gateway.states(of: "up") == Self.expected)
    #expect(try gateway.review(of: "up")[member: "items"]?.description == items)
    try waitUntil("the tools") { try gateway.toolNames() == ["up__kept", "up__ruled"] }
    #expect(try gateway.client.call("up__kept").text == "called kept")
    for name in ["refused", "taken", "turned", "fresh"] {
      #expect(try gateway.client.call("up__\(name)").errorCode == -32602, "\(name)")
    }
    #expect(try gateway.ledger("--kind", "pin").count == pins, "nothing is told twice")
  }
}
