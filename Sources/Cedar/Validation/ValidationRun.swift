/// One validation: goes from policy to policy and keeps within the limits.
struct ValidationRun {
  private let schema: TypedSchema
  private let level: Int?
  private let limits: ValidationLimits
  private var bounds: LeastUpperBound
  private var errors: [ValidationFinding] = []
  private var warnings: [ValidationFinding] = []
  private var isComplete = true

  init(schema: TypedSchema, mode: ValidationMode, level: Int?, limits: ValidationLimits) {
    self.schema = schema
    self.level = level
    self.limits = limits
    bounds = LeastUpperBound(mode: mode, effort: limits.steps)
  }

  /// Whether there is room for more findings, and leave to do more work. Asking means that there
  /// is more to check.
  var isOpen: Bool {
    mutating get {
      guard errors.count < max(1, limits.findings), bounds.effort > 0 else {
        isComplete = false
        return false
      }
      return true
    }
  }

  var result: ValidationResult {
    ValidationResult(errors: errors, warnings: warnings, isComplete: isComplete)
  }

  /// Checks one policy or template.
  mutating func check(
    _ policy: PolicySyntax, of id: PolicyID, in map: SourceMap, withConditions: Bool
  ) {
    bounds.effort -= 1 + policy.tree.nodes.count
    var names = NameCheck(
      schema: schema, findings: FindingCollector(limit: max(1, limits.findings)))
    names.check(policy)
    var findings = names.findings
    if withConditions { SuspiciousText.check(policy, &findings) }
    let environments = ScopeEnvironments(of: policy, in: schema, limit: limits.environments)
    bounds.effort -= environments.classes.count
    if !environments.isComplete {
      report(
        .limitReached, "more than \(limits.environments) kinds of requests fit the policy",
        help: "narrow its scope, or raise the limit", policy, &findings)
    } else if environments.classes.isEmpty {
      if findings.errorCount == 0 {
        let explanation = ScopeExplanation(policy, in: schema)
        report(
          .noApplicableAction, explanation.message, help: explanation.help, policy, &findings)
      }
    } else if withConditions, !policy.conditions.isEmpty {
      checkConditions(policy, environments, &findings)
    }
    keep(findings, of: id, in: map, environments.count)
  }

  private func report(
    _ kind: ValidationFinding.Kind, _ message: String, help: String?, _ policy: PolicySyntax,
    _ findings: inout FindingCollector
  ) {
    guard findings.isNew(kind, at: policy.offset) else { return }
    findings.add(kind, at: policy.offset, message, help: help)
  }

  private mutating func checkConditions(
    _ policy: PolicySyntax, _ environments: ScopeEnvironments, _ findings: inout FindingCollector
  ) {
    guard let first = environments.classes.first else { return }
    var checker = Typechecker(
      policy, in: first, of: schema, bounds: bounds, findings: findings)
    var isSatisfiable = false
    for environment in environments.classes where checker.bounds.effort > 0 {
      if checker.check(in: environment, level: level) { isSatisfiable = true }
    }
    bounds = checker.bounds
    findings = checker.findings
    if bounds.effort <= 0 {
      report(
        .limitReached, "validation took \(limits.steps) steps and did not get to the end",
        help: "validate fewer policies at a time, or raise the limit", policy, &findings)
    } else if !isSatisfiable {
      report(
        .impossiblePolicy, "the policy is never satisfied: its conditions are always false",
        help: "a test for a type or an attribute may exclude all requests of its scope", policy,
        &findings)
    }
  }

  private mutating func keep(
    _ findings: FindingCollector, of id: PolicyID, in map: SourceMap, _ total: Int
  ) {
    isComplete = isComplete && findings.isComplete
    guard !findings.drafts.isEmpty else { return }
    for draft in findings.drafts.sorted(by: FindingDraft.precedes) {
      let isWarning = draft.kind.isWarning
      guard (isWarning ? warnings.count : errors.count) < max(1, limits.findings) else {
        isComplete = false
        continue
      }
      let finding = draft.finding(id, in: map, of: total)
      if isWarning { warnings.append(finding) } else { errors.append(finding) }
    }
  }
}
