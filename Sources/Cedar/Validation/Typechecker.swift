/// Finds the types of the expressions of one policy, in one environment after the other, and
/// reports what does not fit. Each node is looked at once in each environment.
///
/// After an error the type is unknown (nil), and nothing else is reported because of that.
struct Typechecker {
  /// What is known of an expression: its type, and what holds further on if it is true.
  struct Judgement {
    var type: CheckedType?
    var capabilities: [Capability] = []

    /// The value of a Boolean, as far as it is known.
    var truth: Truth {
      if case .bool(let truth) = type { return truth }
      return .either
    }
  }

  let schema: TypedSchema
  let policy: PolicySyntax
  let tree: ExpressionTree
  var environment: RequestEnvironment
  var context: RecordShape
  var bounds: LeastUpperBound
  var findings: FindingCollector
  var known = KnownCapabilities()
  var classes: ExpressionClasses
  /// The types found in this environment, for the check of levels; empty when there is none.
  var types: ContiguousArray<CheckedType?> = []

  var isStrict: Bool { bounds.mode == .strict }

  init(
    _ policy: PolicySyntax, in first: EnvironmentClass, of schema: TypedSchema,
    bounds: LeastUpperBound, findings: FindingCollector
  ) {
    self.schema = schema
    self.policy = policy
    self.bounds = bounds
    self.findings = findings
    tree = policy.tree
    environment = first.environment
    context = first.context
    classes = ExpressionClasses(policy.tree)
  }

  /// Checks the conditions in some environments and returns whether they can be satisfied there.
  mutating func check(in environments: EnvironmentClass, level: Int?) -> Bool {
    environment = environments.environment
    context = environments.context
    findings.enter(environments)
    defer { findings.enter(nil) }
    if level != nil {
      types = ContiguousArray(repeating: nil, count: tree.nodes.count)
    }
    let errors = findings.errorCount
    let isSatisfiable = checkConditions()
    if let level, findings.errorCount == errors, bounds.effort > 0 {
      checkLevels(level)
    }
    return isSatisfiable
  }

  private mutating func checkConditions() -> Bool {
    var added: [Capability] = []
    defer { known.remove(added) }
    for condition in policy.conditions {
      let keyword = condition.isUnless ? "unless" : "when"
      let judgement = expect(.bool, condition.body, by: keyword)
      guard judgement.truth != (condition.isUnless ? .always : .never) else { return false }
      if !condition.isUnless { added += known.insert(judgement.capabilities) }
    }
    return true
  }

  /// Whether to `add` a finding about a node.
  mutating func isNew(_ kind: ValidationFinding.Kind, _ id: Expression.ID) -> Bool {
    findings.isNew(kind, at: Int(tree[id].offset), node: id)
  }

  mutating func add(
    _ kind: ValidationFinding.Kind, _ id: Expression.ID, _ message: String, help: String? = nil
  ) {
    findings.add(kind, at: Int(tree[id].offset), message, help: help)
  }

  // MARK: Expressions

  /// The type of an expression, nil when it has an error.
  mutating func judge(_ id: Expression.ID) -> Judgement {
    guard bounds.effort > 0 else { return Judgement() }
    bounds.effort -= 1
    let judgement = judge(tree[id].kind, id)
    if !types.isEmpty { types[Int(id.index)] = judgement.type }
    return judgement
  }

  private mutating func judge(_ kind: Expression.Kind, _ id: Expression.ID) -> Judgement {
    switch kind {
    case .literal(let value): return Judgement(type: type(of: value))
    case .variable(let variable): return Judgement(type: type(of: variable))
    case .not(let operand):
      let truth = expect(.bool, operand, by: "!").truth
      return Judgement(type: .bool(truth.negated))
    case .negate(let operand):
      _ = expect(.long, operand, by: "-")
      return Judgement(type: .long)
    case .and(let operands): return conjunction(operands)
    case .or(let operands): return disjunction(operands)
    case .binary(let binary, let left, let right): return self.binary(binary, left, right, id)
    case .isEmpty(let operand):
      _ = expect(.set, operand, by: "isEmpty")
      return Judgement(type: .either)
    case .attribute(let base, let name): return attribute(name, of: base, id)
    case .has(let base, let path): return has(path, base, id)
    case .like(let text, _):
      _ = expect(.string, text, by: "like")
      return Judgement(type: .either)
    case .is(let entity, let type, let container): return self.is(entity, type, container)
    case .conditional(let condition, let then, let otherwise):
      return conditional(condition, then, otherwise, id)
    case .set(let elements): return set(elements, id)
    case .record(let members): return record(members)
    case .call(let function, let arguments): return call(function, arguments, id)
    }
  }

  private func type(of variable: Expression.Variable) -> CheckedType {
    switch variable {
    case .principal: .entity(environment.principal)
    case .action: .entity(environment.action.type)
    case .resource: .entity(environment.resource)
    case .context: .record(context)
    }
  }

  /// The type of a constant. An entity of an undeclared type has none: `NameCheck` reports it.
  private mutating func type(of value: Value) -> CheckedType? {
    switch value {
    case .bool(let value): return .bool(Truth(value))
    case .long: return .long
    case .string: return .string
    case .entity(let uid): return schema.isDeclared(uid.type) ? .entity(uid.type) : nil
    case .extension(let value):
      return ExtensionType(rawValue: value.kind.rawValue).map { .extension($0) }
    case .set(let set):
      var element: CheckedType?
      for value in set.values {
        guard let next = type(of: value) else { return nil }
        guard let known = element else {
          element = next
          continue
        }
        guard let common = bounds.join(known, next) else { return nil }
        element = common
      }
      return .set(element)
    case .record(let record):
      var members: [AttributeName: RecordShape.Member] = [:]
      for member in record.members {
        guard let type = type(of: member.value) else { return nil }
        members[member.name] = RecordShape.Member(type: type, isRequired: true)
      }
      return .record(RecordShape(members: members))
    }
  }
}
