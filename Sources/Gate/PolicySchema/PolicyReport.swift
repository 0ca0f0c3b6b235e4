/// What is wrong with policies in view of the servers and tools there are.
public struct PolicyReport: Sendable, Equatable {
  /// What must be corrected before the policies may come into force.
  public var errors: [PolicyProblem] = []
  /// What looks wrong, such as a policy that can never apply.
  public var warnings: [PolicyProblem] = []
  /// What cannot be told yet, because the tools of a server are not known.
  public var pending: [PolicyProblem] = []

  /// So many problems of each kind are told.
  public static let problemsMax = 100

  /// Nothing is wrong.
  public init() {}

  mutating func add(
    _ problem: PolicyProblem, to list: WritableKeyPath<PolicyReport, [PolicyProblem]>
  ) {
    guard self[keyPath: list].count < Self.problemsMax, !self[keyPath: list].contains(problem)
    else { return }
    self[keyPath: list].append(problem)
  }
}
