internal import JSON
internal import Logging

/// What a receiver outside is told of an approval: who asks for what, and where to answer. Never
/// the arguments, which only those see who sign in.
public struct ApprovalNotice: Sendable, Equatable {
  /// What happened to it.
  public enum Event: String, Sendable, CaseIterable {
    /// It waits for people.
    case requested
    /// Somebody said yes, and it waits for more.
    case answered
    /// It may be used, once.
    case approved
    /// Somebody said no.
    case denied
    /// Nobody answered in time.
    case expired
    /// What it was bound to is not so any more.
    case voided
    /// The call was made.
    case used

    /// Whether people can still answer after it.
    public var isOpen: Bool { self == .requested || self == .answered }
  }

  /// The approval's id.
  public var approval: String
  /// What happened.
  public var event: Event
  /// How many people have answered.
  public var answers: Int
  /// The tool's public name.
  public var tool: String
  /// The tool's server.
  public var server: String
  /// The agent that asks.
  public var agent: String
  /// The human it acts for.
  public var human: String?
  /// What the tool does, as the operator said.
  public var effect: String
  /// What is needed: `approval`, `step-up`.
  public var remedies: [String]
  /// The digest of the arguments in canonical form.
  public var argumentsDigest: String
  /// When it happened, in seconds since 1970 UTC.
  public var time: Int64
  /// Until when it can be answered, in seconds since 1970 UTC.
  public var deadline: Int64
  /// Where it can be answered, which gives no power to who knows it; empty when no console is
  /// served.
  public var link: String

  /// A notice of its parts.
  public init(
    approval: String, event: Event, answers: Int, tool: String, server: String, agent: String,
    human: String?, effect: String, remedies: [String], argumentsDigest: String, time: Int64,
    deadline: Int64, link: String
  ) {
    self.approval = approval
    self.event = event
    self.answers = answers
    self.tool = tool
    self.server = server
    self.agent = agent
    self.human = human
    self.effect = effect
    self.remedies = remedies
    self.argumentsDigest = argumentsDigest
    self.time = time
    self.deadline = deadline
    self.link = link
  }

  /// Names the event for good: sent again, also after a restart, it has the same one.
  ///
  /// Source: Standard Webhooks 1.0, `webhook-id`.
  public var id: String {
    event == .answered
      ? "\(approval).\(event.rawValue).\(answers)" : "\(approval).\(event.rawValue)"
  }

  /// The body of its request: `type`, `timestamp` and `data`, as Standard Webhooks 1.0 proposes.
  public var body: [UInt8] {
    var writer = JSONWriter(reservingCapacity: 640)
    func member(_ name: String, _ text: String) {
      writer.name(name)
      writer.string(text)
    }
    writer.beginObject()
    member("type", "approval.\(event.rawValue)")
    member("timestamp", Self.timestamp(time))
    writer.name("data")
    writer.beginObject()
    member("id", approval)
    member("event", event.rawValue)
    member("tool", tool)
    member("server", server)
    member("agent", agent)
    if let human { member("human", human) }
    member("effect", effect)
    writer.name("remedies")
    writer.beginArray()
    for remedy in remedies { writer.string(remedy) }
    writer.endArray()
    member("argumentsDigest", argumentsDigest)
    member("deadline", Self.timestamp(deadline))
    writer.name("answers")
    writer.int(Int64(answers))
    if !link.isEmpty { member("link", link) }
    writer.endObject()
    writer.endObject()
    return writer.bytes
  }

  private static func timestamp(_ seconds: Int64) -> String {
    UTCTimestamp(milliseconds: seconds * 1000).description
  }
}
