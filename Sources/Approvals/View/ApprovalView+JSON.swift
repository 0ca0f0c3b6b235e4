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
    writer.member("outcome", outcome)
    writer.name("answers")
    writer.beginArray()
    for answer in approval.answers { answer.writeShown(to: &writer) }
    writer.endArray()
    writer.endObject()
    return writer.bytes
  }

  private func writeWhat(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("risk", risk.grade.rawValue)
    writer.member("summary", risk.summary)
    if !isErased {
      writer.name("arguments")
      writer.raw(approval.ask.arguments)
    }
    writer.name("lines")
    writer.beginArray()
    for line in arguments.lines {
      writer.beginObject()
      writer.member("path", line.path)
      writer.member("kind", line.kind.rawValue)
      writer.member("text", line.text)
      writer.member("bytesInAll", line.bytesInAll.map(Int64.init))
      writer.endObject()
    }
    writer.endArray()
    writer.member("linesOmitted", Int64(arguments.omitted))
    writer.member("argumentsDigest", approval.terms.argumentsDigest)
    writer.endObject()
  }

  private func writeWho(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.array("roles", approval.terms.roles)
    writer.member("tenant", approval.terms.tenant)
    writer.member("client", approval.ask.clientName)
    writer.member("clientVersion", approval.ask.clientVersion)
    writer.member("transport", approval.ask.transport)
    writer.member("environment", approval.ask.environment)
    writer.member("call", approval.ask.call)
    writer.endObject()
  }

  private func writeWhy(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.name("policies")
    writer.beginArray()
    for policy in policies {
      writer.beginObject()
      writer.member("id", policy.id)
      writer.member("text", policy.text)
      writer.endObject()
    }
    writer.endArray()
    writer.array("advice", approval.ask.advice)
    writer.name("needsReason")
    writer.bool(approval.ask.needsReason)
    writer.member("policyVersion", approval.terms.policyVersion)
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
    writer.member("id", id)
    writer.member("state", state.rawValue)
    writer.member("tool", terms.tool)
    writer.member("server", terms.server)
    writer.member("effect", ask.effect)
    writer.member("agent", terms.agent)
    writer.member("human", terms.human)
    writer.array("remedies", ask.remedies)
    writer.member("requestedAt", requestedAt)
    writer.member("deadline", deadline)
    writer.member("endedAt", endedAt)
    writer.array("approvers", approvers.map(\.name))
    writer.member("usedBy", usedBy)
    writer.member("voidedFor", voidedFor)
    if !link.isEmpty { writer.member("link", link) }
  }
}

extension Answer {
  fileprivate func writeShown(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("person", person.name)
    writer.member("verdict", verdict.rawValue)
    writer.member("at", at)
    writer.member("reason", reason)
    writer.member("via", via.rawValue)
    writer.endObject()
  }
}

extension EarlierCalls {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("basis", basis.rawValue)
    writer.name("calls")
    writer.beginArray()
    for call in calls {
      writer.beginObject()
      writer.member("call", call.id)
      writer.member("time", call.time)
      writer.member("subject", call.subject)
      writer.member("decision", call.decision)
      writer.member("outcome", call.outcome)
      writer.endObject()
    }
    writer.endArray()
    writer.member("omitted", Int64(omitted))
    writer.endObject()
  }
}
