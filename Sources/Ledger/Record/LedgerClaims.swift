/// What a client says of why it calls. Nobody checked it, and no decision rests on it.
public struct LedgerClaims: Sendable, Equatable {
  /// What the person asked for and why the model calls, as the client tells.
  public var prompt: LedgerPayload?
  /// The model.
  public var model: String?
  /// The turn of the conversation.
  public var turn: String?
  /// What the agent calls this piece of work.
  public var run: String?
  /// The skill it says it follows.
  public var skill: LedgerSkill?

  /// Claims; none unless given.
  public init(
    prompt: LedgerPayload? = nil, model: String? = nil, turn: String? = nil, run: String? = nil,
    skill: LedgerSkill? = nil
  ) {
    self.prompt = prompt
    self.model = model
    self.turn = turn
    self.run = run
    self.skill = skill
  }

  var isEmpty: Bool { self == LedgerClaims() }

  func encode(into writer: inout RecordWriter) {
    let name = LedgerLimits.nameBytesMax
    writer.beginObject()
    writer.member("model", model, limit: name)
    writer.member("prompt", prompt, .prompt)
    writer.member("run", run, limit: name)
    if let skill {
      writer.name("skill")
      skill.encode(into: &writer)
    }
    writer.member("turn", turn, limit: name)
    writer.endObject()
  }
}

/// A skill, as a client names it.
public struct LedgerSkill: Sendable, Equatable {
  /// For example `triage-incident`.
  public var name: String?
  /// For example `1.2.0`.
  public var version: String?
  /// The digest of its files.
  public var digest: String?

  /// What the client said.
  public init(name: String?, version: String? = nil, digest: String? = nil) {
    self.name = name
    self.version = version
    self.digest = digest
  }

  func encode(into writer: inout RecordWriter) {
    let limit = LedgerLimits.nameBytesMax
    writer.beginObject()
    writer.member("digest", digest, limit: limit)
    writer.member("name", name, limit: limit)
    writer.member("version", version, limit: limit)
    writer.endObject()
  }
}
