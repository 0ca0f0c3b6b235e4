/// Operators that take two values.
extension Typechecker {
  mutating func binary(
    _ binary: Expression.BinaryOperator, _ left: Expression.ID, _ right: Expression.ID,
    _ id: Expression.ID
  ) -> Judgement {
    switch binary {
    case .equal: return Judgement(type: .bool(equality(left, right, id)))
    case .notEqual: return Judgement(type: .bool(equality(left, right, id).negated))
    case .less, .lessOrEqual, .greater, .greaterOrEqual: return comparison(binary, left, right)
    case .add, .subtract, .multiply:
      _ = expect(.long, left, by: binary.name)
      _ = expect(.long, right, by: binary.name)
      return Judgement(type: .long)
    case .in:
      let entity = expect(.entity, left, by: "in")
      return Judgement(type: .bool(membership(left, entity.type, in: right)))
    case .contains:
      let set = expect(.set, left, by: "contains")
      let element = judge(right)
      if case .set(.some(let elements)) = set.type, let element = element.type {
        requireCommon(elements, element, id) {
          "a `Set<\($0)>` cannot contain a `\($1)`"
        }
      }
      return Judgement(type: .either)
    case .containsAll, .containsAny:
      let first = expect(.set, left, by: binary.name)
      let second = expect(.set, right, by: binary.name)
      if let first = first.type, let second = second.type {
        requireCommon(first, second, id) { "`\($0)` and `\($1)` have no elements in common" }
      }
      return Judgement(type: .either)
    case .hasTag: return hasTag(left, right)
    case .getTag: return getTag(left, right, id)
    }
  }

  /// Reports types with nothing in common, in strict mode.
  private mutating func requireCommon(
    _ left: CheckedType, _ right: CheckedType, _ id: Expression.ID,
    _ message: (CheckedType, CheckedType) -> String
  ) {
    guard isStrict, bounds.join(left, right) == nil, bounds.effort > 0,
      isNew(.incompatibleTypes, id)
    else { return }
    add(.incompatibleTypes, id, message(left, right), help: differenceHelp(left, right))
  }

  private mutating func comparison(
    _ binary: Expression.BinaryOperator, _ left: Expression.ID, _ right: Expression.ID
  ) -> Judgement {
    let first = expect(.ordered, left, by: binary.name)
    _ = expect(first.type.map { .exactly($0) } ?? .ordered, right, by: binary.name)
    return Judgement(type: .either)
  }

  private mutating func equality(
    _ left: Expression.ID, _ right: Expression.ID, _ id: Expression.ID
  ) -> Truth {
    guard let first = judge(left).type, let second = judge(right).type else { return .either }
    if let one = constant(left), let other = constant(right) { return Truth(one == other) }
    if let types = first.entityTypes, let others = second.entityTypes,
      types.isDisjoint(with: others)
    {
      return .never
    }
    requireCommon(first, second, id) { "a `\($0)` is never equal to a `\($1)`" }
    return .either
  }

  /// The value of a literal or a chain of literals, or of `action`, which every environment knows.
  private mutating func constant(_ id: Expression.ID) -> Value? {
    switch tree[id].kind {
    case .literal(let value): value
    case .and, .or: classes.boolean(id).map { .bool($0) }
    case .variable(.action): .entity(environment.action)
    default: nil
    }
  }

  // MARK: Groups

  mutating func `is`(
    _ entity: Expression.ID, _ type: EntityType, _ container: Expression.ID?
  ) -> Judgement {
    let found = expect(.entity, entity, by: "is").type
    var truth = Truth.either
    if let types = found?.entityTypes {
      truth = !types.contains(type) ? .never : types.count == 1 ? .always : .either
    }
    guard let container, truth != .never else { return Judgement(type: .bool(truth)) }
    return Judgement(type: .bool(truth.and(membership(entity, found, in: container))))
  }

  /// Whether an entity is in one or several others, as far as the types tell it.
  private mutating func membership(
    _ entity: Expression.ID, _ type: CheckedType?, in container: Expression.ID
  ) -> Truth {
    let group = expect(.entityOrEntities, container, by: "in").type
    guard let group, let types = type?.entityTypes else { return .either }
    if case .entity(let action)? = constant(entity), schema.actions[action] != nil,
      let others = constantEntities(container)
    {
      return Truth(others.contains { schema.isInside(action, $0) })
    }
    let groups: Set<EntityType>?
    if case .set(let element) = group {
      groups = element?.entityTypes
    } else {
      groups = group.entityTypes
    }
    bounds.effort -= types.count * (groups?.count ?? 0)
    let isPossible = types.contains { type in
      groups?.contains { schema.canBeIn(type, $0) } == true
    }
    return isPossible ? .either : .never
  }

  /// The entities that an expression names one by one.
  private mutating func constantEntities(_ id: Expression.ID) -> [EntityUID]? {
    var elements = [id]
    if case .set(let members) = tree[id].kind { elements = members }
    var entities: [EntityUID] = []
    for element in elements {
      guard case .entity(let uid)? = constant(element) else { return nil }
      entities.append(uid)
    }
    return entities
  }
}
