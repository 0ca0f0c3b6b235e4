public import Cedar

/// A permit until a time. It is a Cedar policy like any other, and cannot override a forbid.
public struct Grant: Sendable, Equatable, Identifiable {
  /// `grant-` and 12 hexadecimal digits: the `@id` of its policy.
  public let id: String
  /// What was asked for.
  public let draft: GrantDraft
  /// Who gave it.
  public let actor: String
  /// Times are in seconds since the epoch.
  public let createdAt: Int64
  /// When it is over.
  public var expiresAt: Int64 { createdAt + draft.lifetime }

  init(id: String, draft: GrantDraft, actor: String, createdAt: Int64) {
    self.id = id
    self.draft = draft
    self.actor = actor
    self.createdAt = createdAt
  }

  /// Its policy, as it is in force.
  public var source: PolicySource { PolicySource(file: "\(id).cedar", text: policy) }

  /// The text of its policy.
  public var policy: String {
    func uid(_ type: String, _ id: String) -> String {
      "Sallyport::\(type)::\(Value.string(id))"
    }
    let principal =
      draft.agent.map { "principal == \(uid("Agent", $0))" }
      ?? "principal in \(uid("Human", draft.human ?? ""))"
    let scope =
      draft.server.map {
        "action in \(uid("Action", "call")),\n  resource in \(uid("Server", $0))"
      } ?? "action == \(uid("Action", draft.tool)),\n  resource == \(uid("Tool", draft.tool))"
    var text = """
      @id(\(Value.string(id)))
      @reason(\(Value.string(draft.reason)))
      permit (
        \(principal),
        \(scope)
      )
      """
    if draft.agent != nil, let human = draft.human {
      text += "\nwhen { principal in \(uid("Human", human)) }"
    }
    if let giver = draft.giver {
      text +=
        giver.tenant.map { "\nwhen { principal in \(uid("Tenant", $0)) }" }
        ?? "\nunless { principal has tenant }"
      // Of one person it is known already that it is another.
      if draft.human == nil { text += "\nunless { principal in \(uid("Human", giver.name)) }" }
    }
    if let condition = draft.condition { text += "\nwhen {\n  \(condition)\n}" }
    return text + ";\n"
  }

  /// Whether the text is one permit and no more, whatever stands in the condition.
  func check() throws(OrderError) {
    let set: PolicySet
    do {
      set = try PolicySet.parse([source])
    } catch {
      throw .policy(
        error.errors.map { error in
          "\(error.place.file):\(error.place.line):\(error.place.column): \(error.message)"
        })
    }
    guard set.policies.count == 1, set.templates.isEmpty, let policy = set.policies.first,
      policy.id.name == id, policy.effect == .permit
    else { throw .policy(["\(id).cedar: the condition is more than one expression"]) }
  }
}
