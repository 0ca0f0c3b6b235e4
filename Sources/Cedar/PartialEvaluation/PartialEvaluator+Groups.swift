/// `is` and `in`.
extension PartialEvaluator {
  mutating func hasType(_ index: Int32, _ node: Program.Node) -> PartialOutcome {
    let subject = operand(node.first, .entity, "an entity")
    if case .failure = subject { return subject }
    return typeTest(index, node, subject)
  }

  private mutating func typeTest(
    _ index: Int32, _ node: Program.Node, _ subject: PartialOutcome
  ) -> PartialOutcome {
    let type = program.types[Int(node.second)]
    if case .value = subject { return .value(.bool(subject.entityType == type)) }
    let id = residual.expression(subject, for: node.first)
    let answer = subject.entityType.map { Possibilities.truth($0 == type) } ?? .bool
    return .settled(
      residual.add(.is(id, type, in: nil), at: index, over: [id]),
      answer.union(subject.possible.intersection(.failure)))
  }

  mutating func hasTypeInside(_ index: Int32, _ node: Program.Node) -> PartialOutcome {
    let subject = operand(node.first, .entity, "an entity")
    if case .failure = subject { return subject }
    let type = program.types[Int(node.second)]
    if let known = subject.entityType {
      guard known == type else { return typeTest(index, node, subject) }
      return membership(index, subject, node.first, container(node.third), node.third)
    }
    let container = container(node.third)
    var possible = subject.possible.intersection(.failure)
    possible.formUnion(.isFalse)
    possible.formUnion(answer(container))
    let ids = [
      residual.expression(subject, for: node.first),
      residual.expression(container, for: node.third),
    ]
    return .settled(residual.rebuild(index, ids), possible)
  }

  mutating func inside(_ index: Int32, _ node: Program.Node) -> PartialOutcome {
    let subject = operand(node.first, .entity, "an entity")
    if node.operation == .inConstant {
      let group = PartialOutcome.value(program.constants[Int(node.second)])
      return membership(index, subject, node.first, group, index)
    }
    return membership(index, subject, node.first, container(node.second), node.second)
  }

  /// What the right side of `in` comes to: a failure also when it has elements that are no
  /// entities.
  private mutating func container(_ index: Int32) -> PartialOutcome {
    let container = operand(index, [.entity, .set], "an entity or a set of entities")
    guard case .value(.set(let groups)) = container else { return container }
    for group in groups.values {
      guard case .entity = group else {
        return .failure(program.wrongType(index, "an entity", group))
      }
    }
    return container
  }

  /// What asking whether something is in the container can come to.
  private func answer(_ container: PartialOutcome) -> Possibilities {
    switch container {
    case .value(.set(let groups)): groups.isEmpty ? .isFalse : .bool
    case .value: .bool
    case .failure: .failure
    case .record, .residual:
      // The elements of a set that is not known need not be entities.
      container.possible == .entity ? .bool : [.bool, .failure]
    }
  }

  private mutating func membership(
    _ index: Int32, _ subject: PartialOutcome, _ subjectIndex: Int32,
    _ container: PartialOutcome, _ containerIndex: Int32
  ) -> PartialOutcome {
    if case .failure = subject { return subject }
    if case .failure = container { return container }
    if case .value(.entity(let uid)) = subject, case .value(let groups) = container,
      let answer = isInside(uid, groups)
    {
      return .value(.bool(answer))
    }
    let left = residual.expression(subject, for: subjectIndex)
    let right: Expression.ID
    if containerIndex == index, case .value(let group) = container {
      right = residual.literal(group, at: index)
    } else {
      right = residual.expression(container, for: containerIndex)
    }
    return .settled(
      residual.add(.binary(.in, left, right), at: index, over: [left, right]),
      answer(container).union(subject.possible.intersection(.failure)))
  }

  /// Whether the entity is in the group or in one of the groups; nil when a completion decides it.
  private func isInside(_ uid: EntityUID, _ container: Value) -> Bool? {
    switch container {
    case .entity(let group): return knowledge.isMember(uid, of: group)
    case .set(let groups):
      var answer: Bool? = false
      for case .entity(let group) in groups.values {
        switch knowledge.isMember(uid, of: group) {
        case true?: return true
        case false?: break
        case nil: answer = nil
        }
      }
      return answer
    default: return nil
    }
  }
}
