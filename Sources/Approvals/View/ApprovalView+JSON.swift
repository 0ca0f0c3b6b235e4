internal import Identity
public import JSON

/// The JSON that programs are answered with. Members are only added, never renamed.
extension ApprovalView {
  /// All of it, in the order in which people read it.
  public var json: [UInt8] {
    var writer = JSONWriter(reservingCapacity: 2048 + approval.ask.arguments.count * 2)
    writer.beginObject()
    approval.writeFacts(link: link, to: &writer)
    writer.name("what")
    writeWhat(to: &writer)
    writer.name("who")
    writeWho(to: &writer)
    writer.name("why")
    writeWhy(to: &writer)
    if let earlier {
      writer.name("before")
      earlier.write(to: &writer)
    }
    writer.texts("irreversible", risk.irreversible)
    writer.texts("needed", needed)
    writer.text("outcome", outcome)
    writer.name("answers")
    writer.beginArray()
    for answer in approval.answers { answer.writeShown(to: &writer) }
    writer.endArray()
    writer.endObject()
    return writer.bytes
  }

  private func writeWhat(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.text("risk", risk.grade.rawValue)
    writer.text("summary", risk.summary)
    if !isErased {
      writer.name("arguments")
      writer.raw(approval.ask.arguments)
    }
    writer.name("lines")
    writer.beginArray()
    for line in arguments.lines {
      writer.beginObject()
      writer.text("path", line.path)
      writer.text("kind", line.kind.rawValue)
      writer.text("text", line.text)
      writer.number("bytesInAll", line.bytesInAll.map(Int64.init))
      writer.endObject()
    }
    writer.endArray()
    writer.number("linesOmitted", Int64(arguments.omitted))
    writer.text("argumentsDigest", approval.terms.argumentsDigest)
    writer.endObject()
  }

  private func writeWho(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.texts("roles", approval.terms.roles)
    writer.text("tenant", approval.terms.tenant)
    writer.text("client", approval.ask.clientName)
    writer.text("clientVersion", approval.ask.clientVersion)
    writer.text("transport", approval.ask.transport)
    writer.text("environment", approval.ask.environment)
    writer.text("call", approval.ask.call)
    writer.endObject()
  }

  private func writeWhy(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.name("policies")
    writer.beginArray()
    for policy in policies {
      writer.beginObject()
      writer.text("id", policy.id)
      writer.text("text", policy.text)
      writer.endObject()
    }
    writer.endArray()
    writer.texts("advice", approval.ask.advice)
    writer.name("needsReason")
    writer.bool(approval.ask.needsReason)
    writer.text("policyVersion", approval.terms.policyVersion)
    writer.endObject()
  }
}

extension Approval {
  /// What a list shows.
  public func writeSummary(link: String, to writer: inout JSONWriter) {
    writer.beginObject()
    writeFacts(link: link, to: &writer)
    writer.endObject()
  }

  fileprivate func writeFacts(link: String, to writer: inout JSONWriter) {
    writer.text("id", id)
    writer.text("state", state.rawValue)
    writer.text("tool", terms.tool)
    writer.text("server", terms.server)
    writer.text("effect", ask.effect)
    writer.text("agent", terms.agent)
    writer.text("human", terms.human)
    writer.texts("remedies", ask.remedies)
    writer.number("requestedAt", requestedAt)
    writer.number("deadline", deadline)
    writer.number("endedAt", endedAt)
    writer.texts("approvers", approvers.map(\.name))
    writer.text("usedBy", usedBy)
    writer.text("voidedFor", voidedFor)
    if !link.isEmpty { writer.text("link", link) }
  }
}

extension Answer {
  fileprivate func writeShown(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.text("person", person.name)
    writer.text("verdict", verdict.rawValue)
    writer.number("at", at)
    writer.text("reason", reason)
    writer.text("via", via.rawValue)
    writer.endObject()
  }
}

extension EarlierCalls {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.text("basis", basis.rawValue)
    writer.name("calls")
    writer.beginArray()
    for call in calls {
      writer.beginObject()
      writer.text("call", call.id)
      writer.number("time", call.time)
      writer.text("subject", call.subject)
      writer.text("decision", call.decision)
      writer.text("outcome", call.outcome)
      writer.endObject()
    }
    writer.endArray()
    writer.number("omitted", Int64(omitted))
    writer.endObject()
  }
}

extension JSONWriter {
  fileprivate mutating func text(_ name: StaticString, _ text: String?) {
    guard let text else { return }
    self.name(name)
    string(text)
  }

  fileprivate mutating func number(_ name: StaticString, _ number: Int64?) {
    guard let number else { return }
    self.name(name)
    int(number)
  }

  fileprivate mutating func texts(_ name: StaticString, _ texts: [String]) {
    self.name(name)
    beginArray()
    for text in texts { string(text) }
    endArray()
  }
}
