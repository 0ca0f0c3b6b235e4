import Approvals
import Catalog
import Identity
import JSON
import MCP

/// A call that waits for people longer than it is held, as the model and as machines are told. No
/// error: nothing went wrong, and nothing is to be tried another way.
struct PendingCall {
  let approval: Approval
  let call: Call
  let tool: Tool

  private var page: String? { approval.page(at: call.snapshot.consoleURL) }

  /// What happened, and where and how it goes on.
  var text: String {
    let place = page.map { "at \($0) or " } ?? ""
    let left = max(0, approval.deadline - Gate.now)
    return "The call to \(call.view.id(of: tool)) has not been made yet: it waits for "
      + "\(approval.askedInWords). People answer \(place)with `sallyport approvals approve "
      + "\(approval.id)`, within \(left) s. Tell the person you act for. Then call the same tool "
      + "again with exactly the same arguments: that joins this request and gives the result once "
      + "it is approved. Other arguments make another request. (approval \(approval.id), call "
      + "\(call.id))"
  }

  /// The tool result, complete in stateless form. A tool that promises structured content gives
  /// none here, so its result must be an error for clients that check it.
  var response: MCPResponse {
    let text = self.text
    var writer = JSONWriter(reservingCapacity: 1024 + text.utf8.count)
    writer.beginObject()
    writer.textResult(text)
    if promisesStructure {
      writer.name("isError")
      writer.bool(true)
    }
    writer.name("_meta")
    write(to: &writer)
    writer.endObject()
    return .built(writer.bytes)
  }

  private var promisesStructure: Bool {
    guard let definition = try? JSONDocument(parsing: tool.definition).root else { return true }
    return definition[member: "outputSchema"] != nil
  }

  /// An object with what machines are told, under its key.
  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.name(MetaKey.decision)
    writer.beginObject()
    writer.name("decision")
    writer.string("pending")
    writer.name("reason")
    writer.string("approval_pending")
    writer.name("tool")
    writer.string(call.view.id(of: tool))
    writer.name("callId")
    writer.string(call.id)
    writer.name("approval")
    writer.string(approval.id)
    if let page {
      writer.name("url")
      writer.string(page)
    }
    writer.name("deadline")
    writer.int(approval.deadline)
    write("policies", approval.ask.policies, to: &writer)
    write("remedies", approval.ask.remedies, to: &writer)
    writer.endObject()
    writer.endObject()
  }

  private func write(_ name: String, _ texts: [String], to writer: inout JSONWriter) {
    writer.name(name)
    writer.beginArray()
    for text in texts { writer.string(text) }
    writer.endArray()
  }
}

extension Approval {
  /// What it waits for.
  var askedInWords: String {
    ask.remedies.compactMap(Remedy.init(rawValue:)).map(\.inWords).joined(separator: " and ")
  }

  /// Why there will be none, and what to do, for the model.
  var endInWords: String {
    switch state {
    case .denied:
      let who = denial?.person.name ?? "a person"
      let why = denial?.reason.map { " The reason: \($0)" } ?? ""
      return "\(who) denied it (approval \(id)).\(why) Repeating it will be answered the same."
    case .expired:
      return "nobody approved it in time (approval \(id)). Tell the person you act for; calling "
        + "again asks anew."
    case .voided:
      return "its approval \(id) is void: \(voidedFor ?? "what it was bound to changed"). Calling "
        + "again asks anew."
    case .used where voidedFor != nil:
      return "its approval \(id) was \(voidedFor ?? ""). Calling again asks anew."
    case .used:
      return "its approval \(id) was used by the call \(usedBy ?? "") already, and counts once. "
        + "Calling again asks anew."
    case .pending, .approved: return "it waits (approval \(id))."
    }
  }
}
