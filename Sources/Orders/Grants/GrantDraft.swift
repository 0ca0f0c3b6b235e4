/// A permit until a time that is asked for.
public struct GrantDraft: Sendable, Equatable {
  /// The agent; nil for every one of the human's.
  public var agent: String?
  /// For whom it acts; nil for anybody.
  public var human: String?
  /// A tool by its public name, or `server__*` for every tool of a server.
  public var tool: String
  /// A Cedar expression that must hold besides; nil for every call.
  public var condition: String?
  /// For how long, in seconds.
  public var lifetime: Int64
  /// Why.
  public var reason: String
  /// The person who gives it; nil when it is whoever may use the admin socket.
  public var giver: Giver?

  /// A person who gives a grant. It holds in their tenant alone, and never for an agent that acts
  /// for them.
  public struct Giver: Sendable, Equatable {
    /// The id of the `Sallyport::Human`.
    public var name: String
    /// The id of their `Sallyport::Tenant`, if they have one.
    public var tenant: String?

    /// A giver.
    public init(name: String, tenant: String?) {
      self.name = name
      self.tenant = tenant
    }
  }

  /// The longest that a grant holds: 30 days.
  public static let lifetimeMax: Int64 = 30 * 86_400
  /// Of the condition.
  public static let conditionBytesMax = 16_384
  /// Of the reason.
  public static let reasonBytesMax = 1_000

  /// A grant that is asked for.
  public init(
    agent: String? = nil, human: String? = nil, tool: String, condition: String? = nil,
    lifetime: Int64, reason: String, giver: Giver? = nil
  ) {
    self.agent = agent
    self.human = human
    self.tool = tool
    self.condition = condition
    self.lifetime = lifetime
    self.reason = reason
    self.giver = giver
  }

  /// The server of `server__*`; nil for one tool.
  public var server: String? {
    guard tool.hasSuffix("__*") else { return nil }
    return String(tool.dropLast(3))
  }

  func check() throws(OrderError) {
    guard agent != nil || human != nil else { throw .invalid("agent") }
    guard agent.map(StopTarget.isName) ?? true else { throw .invalid("agent") }
    guard human.map(StopTarget.isName) ?? true else { throw .invalid("human") }
    guard StopTarget.isName(tool), server != nil || !tool.contains("*"), server != "" else {
      throw .invalid("tool")
    }
    guard (1...Self.conditionBytesMax).contains(condition?.utf8.count ?? 1) else {
      throw .invalid("where")
    }
    guard (1...Self.lifetimeMax).contains(lifetime) else { throw .invalid("for") }
    guard OrderText.isReason(reason, max: Self.reasonBytesMax) else { throw .invalid("reason") }
  }
}
