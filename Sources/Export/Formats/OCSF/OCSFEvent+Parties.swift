internal import JSON

/// Who did what with what.
extension OCSFEvent {
  /// Which member of the record says who acted.
  enum Actor: Equatable {
    case principal, approver, user, unknown
  }

  var actor: Actor {
    if record.text("approver") != nil { return .approver }
    if record.root[member: "actor"]?[member: "user"]?.string != nil { return .user }
    return record.root[member: "principal"] != nil ? .principal : .unknown
  }

  func nameActor(_ writer: inout JSONWriter) {
    switch actor {
    case .principal: namePrincipal(&writer)
    case .approver: nameUser(record.text("approver"), type: 1, in: &writer)
    case .user:
      nameUser(record.root[member: "actor"]?[member: "user"]?.string, type: 1, in: &writer)
    case .unknown: nameUser("unknown", type: 0, in: &writer)
    }
    if let session = record.text("session") {
      writer.object("session") { $0.member("uid", session) }
    }
  }

  private func nameUser(_ name: String?, type: Int, in writer: inout JSONWriter) {
    writer.object("user") {
      $0.member("name", name ?? "unknown")
      $0.member("type_id", type)
    }
  }

  private func namePrincipal(_ writer: inout JSONWriter) {
    let principal = record.root[member: "principal"]
    let agent = principal?[member: "agent"]?.string
    let human = principal?[member: "human"]?.string
    writer.member("app_name", agent)
    writer.member("app_uid", agent)
    writer.object("user") {
      $0.member("name", human ?? agent ?? "unknown")
      $0.member("type_id", human != nil ? 1 : agent != nil ? 4 : 0)
      let roles = principal?[member: "roles"]?.elements.compactMap(\.string) ?? []
      if !roles.isEmpty {
        $0.name("groups")
        $0.beginArray()
        for role in roles {
          $0.beginObject()
          $0.member("name", role)
          $0.endObject()
        }
        $0.endArray()
      }
      if let credential = principal?[member: "credential"]?.string {
        $0.objects("programmatic_credentials") {
          $0.member("uid", credential)
          $0.member("type", "Access Token")
        }
      }
    }
  }

  func nameSource(_ writer: inout JSONWriter) {
    let client = record.root[member: "client"]?[member: "name"]?.string
    let peer = record.text("peer")
    if let peer, let address = IPAddress(peer) {
      writer.member("ip", address.text)
      writer.member("port", address.port)
      writer.member("name", client)
    } else {
      writer.member("name", peer ?? client ?? "unknown")
    }
    writer.member("svc_name", record.text("transport"))
  }

  func nameOperation(_ writer: inout JSONWriter) {
    let isCall = ["decision", "outcome", "refused"].contains(record.kind)
    let operation = isCall ? record.text("tool") ?? record.text("method") : nil
    writer.member("operation", operation ?? record.eventCode)
    writer.object("service") { $0.member("name", record.text("server") ?? "sallyport") }
    if let call = record.text("call") { writer.object("request") { $0.member("uid", call) } }
    if code != nil || record.text("error") != nil {
      writer.object("response") {
        $0.member("code", code)
        $0.member("error", record.text("status") ?? record.text("refusal"))
        $0.member("error_message", record.text("error") ?? record.text("reason"))
      }
    }
  }

  var code: Int32? { record.integer("code").flatMap(Int32.init(exactly:)) }

  func nameResource(_ writer: inout JSONWriter) {
    guard let uid = record.publicTool ?? record.text("server") else { return }
    writer.objects("resources") {
      $0.member("uid", uid)
      $0.member("name", record.text("tool") ?? uid)
      $0.member("type", record.publicTool == nil ? "MCP server" : "MCP tool")
      $0.member("namespace", record.text("server"))
      $0.member("version", record.publicTool == nil ? nil : record.text("tool_digest"))
      if record.publicTool != nil, let effect = record.text("effect") {
        $0.member("labels", ["effect:\(effect)"])
      }
      $0.member("role_id", 1)
    }
  }

  // MARK: What is known of the model and its program

  /// A context names the client's program or the server.
  var hasContext: Bool {
    record.root[member: "client"]?[member: "name"]?.string != nil || record.text("server") != nil
  }

  var model: String? { record.root[member: "claims"]?[member: "model"]?.string }

  func nameModel(_ writer: inout JSONWriter) {
    if let model {
      writer.object("ai_model") {
        $0.member("name", model)
        // Required, and no client says it.
        $0.member("ai_provider", "unknown")
      }
    }
    guard hasContext else { return }
    let client = record.root[member: "client"]
    writer.object("message_context") {
      $0.member("ai_role_id", 4)
      $0.member("ai_role", "Agent")
      $0.member("uid", record.text("session"))
      if let name = client?[member: "name"]?.string {
        $0.object("application") {
          $0.member("name", name)
          $0.member("version", client?[member: "version"]?.string)
        }
      }
      if let server = record.text("server") { $0.object("service") { $0.member("name", server) } }
    }
  }
}
