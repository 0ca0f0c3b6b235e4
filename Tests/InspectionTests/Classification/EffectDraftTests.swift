import Inspection
import JSON
import Testing

@Suite struct EffectDraftTests {
  @Test(
    arguments: [
      (#"{"name":"get_file","annotations":{"readOnlyHint":true}}"#, "read"),
      (#"{"name":"get_file"}"#, "destructive"), (#"{"name":"frobnicate"}"#, "destructive"),
      (#"{"name":"frobnicate","annotations":{"readOnlyHint":true}}"#, "read"),
      (#"{"name":"delete_file","annotations":{"readOnlyHint":true}}"#, "destructive"),
      (#"{"name":"create_file","annotations":{"readOnlyHint":true}}"#, "destructive"),
      (
        #"{"name":"get_x","description":"Deletes it.","annotations":{"readOnlyHint":true}}"#,
        "destructive"
      ),
      (
        #"{"name":"a","annotations":{"readOnlyHint":true},"inputSchema":{"properties":{"cmd":1}}}"#,
        "destructive"
      ),
      (#"{"name":"create_file","annotations":{"destructiveHint":false}}"#, "write"),
      (#"{"name":"create_file"}"#, "destructive"),
      (#"{"name":"create_file","annotations":{"destructiveHint":true}}"#, "destructive"),
      (
        #"{"name":"add_x","description":"Drops it.","annotations":{"destructiveHint":false}}"#,
        "destructive"
      ),
      (#"{"name":"send_email"}"#, "egress"), (#"{"name":"postMessage"}"#, "egress"),
      (#"{"name":"send_email","annotations":{"readOnlyHint":true}}"#, "egress"),
      (#"{"name":"create_x","inputSchema":{"properties":{"recipients":{}}}}"#, "egress"),
      (#"{"name":"grant_role"}"#, "admin"),
      (#"{"name":"update_member","inputSchema":{"properties":{"role":{}}}}"#, "admin"),
      (#"{"name":"list_roles","annotations":{"readOnlyHint":true}}"#, "read"),
      (#"{"name":7,"annotations":7,"inputSchema":7}"#, "destructive"), ("7", "destructive"),
    ])
  func `a draft never says less than is clear`(definition: String, effect: String) throws {
    let draft = EffectDraft(ofTool: try json(definition))
    #expect(draft.effect == effect, "\(draft.reason)")
    #expect(!draft.reason.isEmpty)
  }

  @Test func `effects have an order of risk, and what is none counts as destructive`() throws {
    let definitions = [
      #"{"name":"get_x","annotations":{"readOnlyHint":true}}"#,
      #"{"name":"add_x","annotations":{"destructiveHint":false}}"#, #"{"name":"send_x"}"#,
      #"{"name":"delete_x"}"#, #"{"name":"grant_x"}"#,
    ]
    let drafts = try definitions.map { EffectDraft(ofTool: try json($0)) }
    #expect(drafts.map(\.effect) == ["read", "write", "egress", "destructive", "admin"])
    for (place, draft) in drafts.enumerated() {
      #expect(
        drafts.map { draft.isGraver(than: $0.effect) } == drafts.indices.map { $0 < place })
    }
    #expect(drafts.map { $0.isGraver(than: "x") } == [false, false, false, false, true])
  }

  @Test func `verbs tell that a tool does more where its draft was grave from the start`() throws {
    func draft(_ name: String, _ text: String) throws -> EffectDraft {
      EffectDraft(ofTool: try json(#"{"name":"\#(name)","description":"\#(text)"}"#))
    }
    let (shows, deletes) = (try draft("shelf", "Shows it."), try draft("shelf", "Deletes it."))
    #expect(shows.effect == deletes.effect)
    #expect(shows.descriptionSays == "read")
    #expect(deletes.descriptionSays == "destructive" && deletes.reason.contains("`deletes`"))
    #expect(deletes.rises(above: shows) && !shows.rises(above: deletes))
    #expect(!shows.rises(above: try draft("shelf", "")))
    #expect(try draft("run_x", "Deletes it.").rises(above: try draft("run_x", "Shows it.")))
    let sends = try draft("send_x", "Sends it and grants it.")
    #expect(sends.effect == "egress" && sends.gravest == "admin")
    #expect(try draft("send_x", "Shows it.").gravest == "egress")
  }

  /// A tool with what its server would say of it.
  private func annotated(_ tool: JSONNode, _ annotations: String) throws -> JSONNode {
    var writer = JSONWriter()
    writer.beginObject()
    for (name, value) in tool.members where name != "annotations" {
      writer.name(name)
      writer.node(value)
    }
    writer.name("annotations")
    writer.raw(annotations.utf8)
    writer.endObject()
    return try JSONDocument(parsing: writer.bytes).root
  }

  @Test func `drafts agree with what people say of 130 tools, and do not say less`() throws {
    let labels = Dictionary(
      uniqueKeysWithValues: try DataFile.own("effects.jsonl").map {
        ($0[member: "id"]?.string ?? "", $0[member: "effect"]?.string ?? "")
      })
    let tools = try DataFile.honestTools().filter { labels[DataFile.id(of: $0)] != nil }
    #expect(tools.count == 130)
    var (agreeing, silent, lowered, believed) = (0, 0, 0, 0)
    for tool in tools {
      let label = try #require(labels[DataFile.id(of: tool)])
      let honest =
        #"{"readOnlyHint":\#(label == "read"),"destructiveHint":\#(label == "destructive")}"#
      let draft = EffectDraft(ofTool: try annotated(tool, honest))
      if draft.effect == label {
        agreeing += 1
      } else {
        print(
          "inspection: \(DataFile.id(of: tool)) is \(label), drafted \(draft.effect):", draft.reason
        )
      }
      // Whatever a server says or leaves out, what does not only read is never drafted as reading
      // unless nothing but its annotation tells.
      let bare = EffectDraft(ofTool: try annotated(tool, "{}")).effect
      silent += bare == "read" ? 1 : 0
      if draft.effect == "read" && label != "read" { lowered += 1 }
      let lie = EffectDraft(ofTool: try annotated(tool, #"{"readOnlyHint":true}"#)).effect
      believed += lie == "read" && label != "read" ? 1 : 0
    }
    let others = labels.values.count { $0 != "read" }
    print(
      "inspection: effects: \(agreeing) of \(tools.count) agree with honest annotations,",
      "\(lowered) drafted lower; without any \(silent) are drafted as reading;",
      "of \(others) that do more, \(believed) are believed to read when they say so")
    #expect(silent == 0)
    #expect(lowered == 0)
  }
}
