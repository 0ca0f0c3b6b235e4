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
    writer.array("irreversible", risk.irreversible)
    writer.array("needed", needed)
    writer.optional("outcome", outcome)
    writer.name("answers")
    writer.beginArray()
    for answer in approval.answers { answer.writeShown(to: &writer) }
    writer.endArray()
    writer.endObject()
    return writer.bytes
  }

  private func writeWhat(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.optional("risk", risk.grade.rawValue)
    writer.optional("summary", risk.summary)
    if !isErased {
      writer.name("arguments")
      writer.raw(approval.ask.arguments)
    }
    writer.name("lines")
    writer.beginArray()
    for line in arguments.lines {
      writer.beginObject()
      writer.optional("path", line.path)
      writer.optional("kind", line.kind.rawValue)
      writer.optional("text", line.text)
      writer.optional("bytesInAll", line.bytesInAll.map(Int64.init))
      writer.endObject()
    }
    writer.endArray()
    writer.optional("linesOmitted", Int64(arguments.omitted))
    writer.optional("argumentsDigest", approval.terms.argumentsDigest)
    writer.endObject()
  }

  private func writeWho(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.array("roles", approval.terms.roles)
    writer.optional("tenant", approval.terms.tenant)
    writer.optional("client", approval.ask.clientName)
    writer.optional("clientVersion", approval.ask.clientVersion)
    writer.optional("transport", approval.ask.transport)
    writer.optional("environment", approval.ask.environment)
    writer.optional("call", approval.ask.call)
    writer.endObject()
  }

  private func writeWhy(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.name("policies")
    writer.beginArray()
    for policy in policies {
      writer.beginObject()
      writer.optional("id", policy.id)
      writer.optional("text", policy.text)
      writer.endObject()
    }
    writer.endArray()
    writer.array("advice", approval.ask.advice)
    writer.name("needsReason")
    writer.bool(approval.ask.needsReason)
    writer.optional("policyVersion", approval.terms.policyVersion)
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
    writer.optional("id", id)
    writer.optional("state", state.rawValue)
    writer.optional("tool", terms.tool)
    writer.optional("server", terms.server)
    writer.optional("effect", ask.effect)
    writer.optional("agent", terms.agent)
    writer.optional("human", terms.human)
    writer.array("remedies", ask.remedies)
    writer.optional("requestedAt", requestedAt)
    writer.optional("deadline", deadline)
    writer.optional("endedAt", endedAt)
    writer.array("approvers", approvers.map(\.name))
    writer.optional("usedBy", usedBy)
    writer.optional("voidedFor", voidedFor)
    if !link.isEmpty { writer.optional("link", link) }
  }
}

extension Answer {
  fileprivate func writeShown(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.optional("person", person.name)
    writer.optional("verdict", verdict.rawValue)
    writer.optional("at", at)
    writer.optional("reason", reason)
    writer.optional("via", via.rawValue)
    writer.endObject()
  }
}

extension EarlierCalls {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.optional("basis", basis.rawValue)
    writer.name("calls")
    writer.beginArray()
    for call in calls {
      writer.beginObject()
      writer.optional("call", call.id)
      writer.optional("time", call.time)
      writer.optional("subject", call.subject)
      writer.optional("decision", call.decision)
      writer.optional("outcome", call.outcome)
      writer.endObject()
    }
    writer.endArray()
    writer.optional("omitted", Int64(omitted))
    writer.endObject()
  }
}
