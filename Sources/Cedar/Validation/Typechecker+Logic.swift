/// What chooses: `&&`, `||`, `if`. What cannot be reached is not looked at.
extension Typechecker {
  mutating func conjunction(_ operands: [Expression.ID]) -> Judgement {
    var truth = Truth.always
    var capabilities: [Capability] = []
    var added: [Capability] = []
    defer { known.remove(added) }
    for operand in operands {
      let judgement = expect(.bool, operand, by: "&&")
      truth = truth.and(judgement.truth)
      guard truth != .never else { return Judgement(type: .bool(.never)) }
      capabilities += judgement.capabilities
      added += known.insert(judgement.capabilities)
    }
    return Judgement(type: .bool(truth), capabilities: capabilities)
  }

  mutating func disjunction(_ operands: [Expression.ID]) -> Judgement {
    var truth = Truth.never
    // Of what is never true anything follows: nil stands for all capabilities.
    var capabilities: [Capability]?
    for operand in operands {
      let judgement = expect(.bool, operand, by: "||")
      switch judgement.truth {
      case .always: return Judgement(type: .bool(.always))
      case .never: continue
      case .either:
        truth = .either
        capabilities =
          capabilities.map { $0.common(with: judgement.capabilities) } ?? judgement.capabilities
      }
    }
    return Judgement(type: .bool(truth), capabilities: capabilities ?? [])
  }

  mutating func conditional(
    _ condition: Expression.ID, _ then: Expression.ID, _ otherwise: Expression.ID,
    _ id: Expression.ID
  ) -> Judgement {
    let test = expect(.bool, condition, by: "if")
    guard test.truth != .never else { return judge(otherwise) }
    let added = known.insert(test.capabilities)
    var first = judge(then)
    known.remove(added)
    first.capabilities += test.capabilities
    guard test.truth != .always else { return first }
    let second = judge(otherwise)
    guard let one = first.type, let other = second.type else { return Judgement() }
    let capabilities = first.capabilities.common(with: second.capabilities)
    if let type = bounds.join(one, other) {
      return Judgement(type: type, capabilities: capabilities)
    }
    if bounds.effort > 0, isNew(.incompatibleTypes, id) {
      add(
        .incompatibleTypes, id,
        "the branches of `if` have different types, `\(one)` after `then` and `\(other)` after "
          + "`else`", help: differenceHelp(one, other))
    }
    return Judgement()
  }

  /// Why two types have nothing in common, when that is not plain.
  func differenceHelp(_ left: CheckedType, _ right: CheckedType) -> String? {
    switch (left, right) {
    case (.entity, .entity):
      return "strict validation mixes no entity types; test the type with `is` first"
    case (.record(let left), .record(let right)):
      let names = Set(left.members.keys).union(right.members.keys)
      let differing = names.filter { left.members[$0] != right.members[$0] }
        .sorted { $0.text.precedesByBytes($1.text) }
      guard let name = differing.first else { return nil }
      guard let mine = left.members[name], let other = right.members[name] else {
        return "only one of the records has the member `\(Quoting.name(name.text))`"
      }
      guard mine.isRequired == other.isRequired else {
        return "the member `\(Quoting.name(name.text))` is optional in one of the records only"
      }
      return "the records differ in the member `\(Quoting.name(name.text))`"
    default: return nil
    }
  }
}
