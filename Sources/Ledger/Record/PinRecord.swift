/// The state of a definition that agents may or may not see.
public struct PinRecord: Sendable, Equatable {
  /// What happened to it.
  public var event: Event
  /// The upstream.
  public var server: String
  /// What it is about.
  public var subject: Subject
  /// The digest of the definition that was approved before; of `revoked`, that which was.
  public var before: String?
  /// The digest of the definition now.
  public var after: String?
  /// What the tool does, as the approver says.
  public var effect: String?
  /// The rules of signals in spite of which it was approved.
  public var despite: [String]
  /// The rule of the gateway that accepted it; nil when a person decided.
  public var rule: String?
  /// Who decided.
  public var actor: LedgerActor?
  /// Why.
  public var reason: String?

  /// The life of a pin.
  public enum Event: String, Sendable, CaseIterable {
    case quarantined, approved, rejected, changed, revoked
  }

  /// What a pin can be about.
  public enum Subject: Sendable, Equatable {
    /// How the server is reached, or what is run.
    case server
    /// What the server says about its tools.
    case instructions
    /// A tool, a prompt or a resource template by the upstream's own name.
    case tool(String)
    case prompt(String)
    case template(String)
    /// A page that is listed as a resource, by its URI; records have it where templates stand.
    case page(String)

    fileprivate var word: String {
      switch self {
      case .server: "server"
      case .instructions: "instructions"
      case .tool: "tool"
      case .prompt: "prompt"
      case .template: "template"
      case .page: "page"
      }
    }
  }

  /// An event of a pin.
  public init(
    event: Event, server: String, subject: Subject = .server, before: String? = nil,
    after: String? = nil, effect: String? = nil, despite: [String] = [], rule: String? = nil,
    actor: LedgerActor? = nil, reason: String? = nil
  ) {
    self.event = event
    self.server = server
    self.subject = subject
    self.before = before
    self.after = after
    self.effect = effect
    self.despite = despite
    self.rule = rule
    self.actor = actor
    self.reason = reason
  }

  func encode(time: Int64, into writer: inout RecordWriter) {
    let name = LedgerLimits.nameBytesMax
    var tool: String?
    var prompt: String?
    var template: String?
    switch subject {
    case .server, .instructions: break
    case .tool(let name): tool = name
    case .prompt(let name): prompt = name
    case .template(let uri), .page(let uri): template = uri
    }
    writer.beginObject()
    writer.member("actor", actor)
    writer.member("after", after, limit: name)
    writer.member("before", before, limit: name)
    writer.member("despite", despite, countMax: LedgerLimits.rolesMax, limit: name)
    writer.member("effect", effect, limit: name)
    writer.member("event", event.rawValue, limit: name)
    writer.member("kind", LedgerRecord.Kind.pin.rawValue, limit: name)
    writer.member("of", subject.word, limit: name)
    writer.member("prompt", prompt, limit: name)
    writer.member("reason", reason, limit: LedgerLimits.textBytesMax)
    writer.member("rule", rule, limit: name)
    writer.member("server", server, limit: name)
    writer.member("template", template, limit: LedgerLimits.textBytesMax)
    writer.member("time", time)
    writer.member("tool", tool, limit: name)
    writer.endObject()
  }
}
