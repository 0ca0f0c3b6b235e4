public import Configuration
public import MCP

/// One configured upstream, for people.
public struct UpstreamReport: Sendable {
  /// What the configuration says of it.
  public let configuration: Configuration.Upstream
  let upstream: (any Upstream)?
  /// The state of its connection.
  public var status: UpstreamStatus
  /// How many tools of it are offered.
  public let tools: Int
  /// How many prompts of it are offered.
  public let prompts: Int
  /// How many resources of it are listed.
  public let resources: Int
  /// How many resource templates of it are listed.
  public let templates: Int
  /// Whether agents may see anything of it.
  public let isApproved: Bool
  /// How many of its items wait for somebody to decide about them.
  public let waiting: Int
  /// Why a person stopped it; nil when nobody did.
  public let stopReason: String?
  /// What is not offered, and why.
  public let problems: [ItemProblem]
  /// Why a list could not be read the last time; what is offered of it is older.
  public let listingError: String?

  /// What to do about `status.lastError`; nil while the upstream is connected.
  public var advice: String? {
    if stopReason != nil {
      return "it begins by itself when the stop is lifted (sallyport kill list)"
    }
    guard status.state != .ready, let error = status.lastError else { return nil }
    let isProcess = if case .stdio = configuration.transport { true } else { false }
    return UpstreamAdvice.text(for: error, isProcess: isProcess)
  }

  /// What becomes of its calls; nil when there is no upstream, since it is disabled or refused.
  public var health: UpstreamHealth? { upstream?.health }
}
