/// An expression that remains because what it comes to is not known.
struct Residual {
  /// The expression in the residual tree.
  var id: Expression.ID
  var possible: Possibilities
  /// The type that it has if it comes to an entity, when that is known.
  var entityType: EntityType?
}

/// What evaluating a node came to.
enum PartialOutcome {
  case value(Value)
  /// The context, or a member of it, when not everything of it is known.
  case record(PartialRecord)
  /// It fails in every completion.
  case failure(EvaluationFailure)
  case residual(Residual)

  var possible: Possibilities {
    switch self {
    case .value(let value): Possibilities(value)
    case .record: .record
    case .failure: .failure
    case .residual(let residual): residual.possible
    }
  }

  var entityType: EntityType? {
    switch self {
    case .value(.entity(let uid)): uid.type
    case .residual(let residual): residual.entityType
    default: nil
    }
  }
}

extension PartialOutcome {
  /// A residual, or its value when only one is possible.
  static func settled(
    _ id: Expression.ID, _ possible: Possibilities, _ type: EntityType? = nil
  ) -> PartialOutcome {
    if possible == .isTrue { return .value(.bool(true)) }
    if possible == .isFalse { return .value(.bool(false)) }
    return .residual(Residual(id: id, possible: possible, entityType: type))
  }

  /// What remains of this operand where all but values of some kinds fail.
  func narrowed(
    to kinds: Possibilities, _ expected: StaticString, at index: Int32
  ) -> PartialOutcome {
    let possible = possible
    if possible.values.isSubset(of: kinds) { return self }
    if possible.isDisjoint(with: kinds), let found = possible.onlyKind {
      return .failure(
        EvaluationFailure(node: index, reason: .wrongType(expected: expected, found: found)))
    }
    guard case .residual(var residual) = self else { return self }
    residual.possible.formIntersection(kinds)
    residual.possible.insert(.failure)
    return .residual(residual)
  }
}
