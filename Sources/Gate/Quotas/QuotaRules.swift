import Configuration

/// The quotas of a configuration, as calls are held to them.
struct QuotaRules: Sendable {
  let rules: [Rule]
  /// What a call of a tool costs, by its public name, where it is not 1.
  private let costs: [String: UInt64]

  init(_ configuration: Configuration) {
    rules = configuration.quotas.map(Rule.init)
    var costs: [String: UInt64] = [:]
    for upstream in configuration.upstreams {
      for (name, tool) in upstream.tools {
        if let cost = tool.cost { costs["\(upstream.name)__\(name)"] = UInt64(cost) }
      }
    }
    self.costs = costs
  }

  var isEmpty: Bool { rules.isEmpty }

  /// What a call costs in units; 1 unless the configuration says otherwise.
  func cost(of request: QuotaRequest) -> UInt64 {
    request.isFollowUp ? 0 : request.tool.flatMap { costs[$0] } ?? 1
  }

  struct Rule: Sendable {
    let name: String
    let per: Configuration.Quota.Subject
    let filters: [(Configuration.Quota.Subject, NamePattern)]
    let calls: TokenBucket.Size?
    let concurrency: Int?
    let bytes: TokenBucket.Size?
    let cost: TokenBucket.Size?

    init(_ quota: Configuration.Quota) {
      name = quota.name
      per = quota.per
      filters = Configuration.Quota.Subject.allCases.compactMap { subject in
        quota.filters[subject].map { (subject, NamePattern($0)) }
      }
      calls = quota.calls.map(TokenBucket.Size.init)
      concurrency = quota.concurrency
      bytes = quota.bytes.map(TokenBucket.Size.init)
      cost = quota.cost.map(TokenBucket.Size.init)
    }

    func covers(_ request: QuotaRequest) -> Bool {
      // Of a tool there is only something to count where there is a tool.
      (per != .tool || request.tool != nil)
        && filters.allSatisfy { subject, pattern in
          request.name(of: subject).map { pattern.matches($0) } ?? false
        }
    }
  }
}

/// A name, or the beginning of names.
struct NamePattern: Sendable {
  private let text: String
  private let isPrefix: Bool

  init(_ text: String) {
    isPrefix = text.hasSuffix("*")
    self.text = isPrefix ? String(text.dropLast()) : text
  }

  func matches(_ name: String) -> Bool { isPrefix ? name.hasPrefix(text) : name == text }
}

/// A request as quotas see it.
struct QuotaRequest {
  var agent: String
  var human: String?
  var tenant: String?
  /// The public name; nil for a prompt, a resource or a completion.
  var tool: String?
  var upstream: String
  var bytes: Int
  /// Whether nothing changes by it.
  var onlyReads: Bool
  /// Whether it is about a call that paid its cost: of a task. It takes no place among those at a
  /// time either, so that who waits for a task can still answer what that asks.
  var isFollowUp = false

  /// How many it takes of those at a time.
  var places: Int { isFollowUp ? 0 : 1 }

  func name(of subject: Configuration.Quota.Subject) -> String? {
    switch subject {
    case .agent: agent
    case .human: human
    case .tool: tool
    case .upstream: upstream
    case .tenant: tenant
    }
  }
}

extension TokenBucket.Size {
  init(_ allowance: Configuration.Quota.Allowance) {
    let (seconds, attoseconds) = allowance.period.components
    self.init(
      amount: UInt64(max(1, allowance.amount)),
      period: UInt64(max(0, seconds)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000))
  }
}
