/// Operators that ask for members, attributes and tags.
extension PartialEvaluator {
  mutating func attribute(_ index: Int32, _ node: Program.Node) -> PartialOutcome {
    let name = program.names[Int(node.second)]
    let base = operand(node.first, [.record, .entity], "a record or an entity")
    switch base {
    case .failure: return base
    case .residual: return remains(index, node, [base], [.anyValue, .failure])
    case .record(let record):
      switch record[name] {
      case .value(let value)?: return .value(value)
      case .record(let record)?: return .record(record)
      case .unknown(let mayBeAbsent)?:
        return .settled(
          residual.copy(index), mayBeAbsent ? [.anyValue, .failure] : .anyValue)
      case nil: return .failure(program.failure(index, .missingAttribute(name, of: nil)))
      }
    case .value(.entity(let uid)):
      switch knowledge.find(uid) {
      case .described(let entity):
        return entity.attributes[name].map { .value($0) }
          ?? .failure(program.failure(index, .missingAttribute(name, of: uid)))
      case .nonexistent: return .failure(program.failure(index, .unknownEntity(uid)))
      case .unknown: return remains(index, node, [base], [.anyValue, .failure])
      }
    case .value(let value):
      if case .record(let record) = value, let value = record[name] { return .value(value) }
      return .failure(program.failure(index, .missingAttribute(name, of: nil)))
    }
  }

  private enum Presence {
    case absent
    case present(PartialOutcome)
    /// It may be there; what it is is not known.
    case unknown(mayBeAbsent: Bool)
    case failure(EvaluationFailure)
  }

  mutating func has(_ index: Int32, _ node: Program.Node) -> PartialOutcome {
    let base = reduce(node.first).narrowed(
      to: [.record, .entity], "a record or an entity", at: index)
    if case .failure = base { return base }
    let path = program.path(of: node)
    if case .residual = base {
      return remains(index, node, [base], path.count > 1 ? [.bool, .failure] : .bool)
    }
    var current = base
    for (position, name) in path.enumerated() {
      switch presence(of: name, in: current, at: index) {
      case .absent: return .value(.bool(false))
      case .failure(let failure): return .failure(failure)
      case .present(let next): current = next
      case .unknown(let mayBeAbsent):
        let isLast = position == path.count - 1
        if isLast, !mayBeAbsent { return .value(.bool(true)) }
        return remains(index, node, [base], isLast ? .bool : [.bool, .failure])
      }
    }
    return .value(.bool(true))
  }

  private func presence(
    of name: AttributeName, in holder: PartialOutcome, at index: Int32
  ) -> Presence {
    switch holder {
    case .record(let record):
      switch record[name] {
      case .value(let value)?: return .present(.value(value))
      case .record(let record)?: return .present(.record(record))
      case .unknown(let mayBeAbsent)?: return .unknown(mayBeAbsent: mayBeAbsent)
      case nil: return .absent
      }
    case .value(.record(let record)): return record[name].map { .present(.value($0)) } ?? .absent
    case .value(.entity(let uid)):
      switch knowledge.find(uid) {
      case .described(let entity):
        return entity.attributes[name].map { .present(.value($0)) } ?? .absent
      case .nonexistent: return .absent
      case .unknown: return .unknown(mayBeAbsent: true)
      }
    case .value(let value):
      return .failure(program.wrongType(index, "a record or an entity", value))
    case .failure(let failure): return .failure(failure)
    case .residual: return .unknown(mayBeAbsent: true)
    }
  }

  mutating func tag(_ index: Int32, _ node: Program.Node) -> PartialOutcome {
    let subject = operand(node.first, .entity, "an entity")
    let name = operand(node.second, .string, "a string")
    if case .failure = subject { return subject }
    if case .failure = name { return name }
    let asksForValue = node.operation == .getTag
    if case .value(.entity(let uid)) = subject, case .value(.string(let tag)) = name {
      switch knowledge.find(uid) {
      case .described(let entity):
        let value = entity.tags[AttributeName(tag)]
        guard asksForValue else { return .value(.bool(value != nil)) }
        return value.map { .value($0) }
          ?? .failure(program.failure(index, .missingTag(tag, of: uid)))
      case .nonexistent:
        return asksForValue
          ? .failure(program.failure(index, .unknownEntity(uid))) : .value(.bool(false))
      case .unknown: break
      }
    }
    return remains(index, node, [subject, name], asksForValue ? [.anyValue, .failure] : .bool)
  }
}
