/// A finding while it is still a node of a policy.
struct FindingDraft {
  let kind: ValidationFinding.Kind
  let offset: Int
  let message: String
  let help: String?
  /// The class of environments that was checked; nil for what holds in all.
  let environment: RequestEnvironment?
  var environmentCount: Int
}

/// Collects what is found in one policy: one finding of a kind for each node, however many
/// environments show it, and of errors and warnings each no more than the limit.
struct FindingCollector {
  private struct Key: Hashable {
    let kind: ValidationFinding.Kind
    let node: Expression.ID?
    let offset: Int
  }

  private(set) var drafts: [FindingDraft] = []
  private var positions: [Key: Int] = [:]
  private let limit: Int
  private var current: EnvironmentClass?
  /// Whether something was left out.
  private(set) var isComplete = true
  private(set) var errorCount = 0
  private var warningCount = 0

  init(limit: Int) { self.limit = limit }

  /// Says in which environments the findings to come are.
  mutating func enter(_ environments: EnvironmentClass?) { current = environments }

  /// Whether to `add` this: it is not yet known from another environment, and there is room.
  mutating func isNew(
    _ kind: ValidationFinding.Kind, at offset: Int, node: Expression.ID? = nil
  ) -> Bool {
    let key = Key(kind: kind, node: node, offset: offset)
    if let position = positions[key] {
      drafts[position].environmentCount += current?.count ?? 0
      return false
    }
    guard (kind.isWarning ? warningCount : errorCount) < limit else {
      isComplete = false
      return false
    }
    positions[key] = drafts.count
    return true
  }

  /// Adds what `isNew` asked about.
  mutating func add(
    _ kind: ValidationFinding.Kind, at offset: Int, _ message: String, help: String?
  ) {
    if kind.isWarning { warningCount += 1 } else { errorCount += 1 }
    drafts.append(
      FindingDraft(
        kind: kind, offset: offset, message: message, help: help,
        environment: current?.environment, environmentCount: current?.count ?? 0))
  }
}

extension FindingDraft {
  /// The order of the text; of two at one place, that of the names of their kinds.
  static func precedes(_ left: FindingDraft, _ right: FindingDraft) -> Bool {
    left.offset != right.offset
      ? left.offset < right.offset : left.kind.rawValue < right.kind.rawValue
  }

  /// The finding; `total` is the number of environments that the policy has.
  func finding(_ policy: PolicyID, in map: SourceMap, of total: Int) -> ValidationFinding {
    let isEverywhere = environment == nil || environmentCount >= total
    return ValidationFinding(
      kind: kind, policy: policy, place: map.place(offset), message: message, help: help,
      excerpt: map.excerpt(offset), environment: isEverywhere ? nil : environment,
      otherEnvironments: isEverywhere ? 0 : environmentCount - 1)
  }
}
