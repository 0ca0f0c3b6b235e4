/// Evaluates conditions for one request. The depth of its recursion is bounded by
/// `PolicyLimits.expressionHeight`.
struct Evaluator {
  let program: Program
  let entities: Entities
  let request: Request
  /// What is known of the three entities of the request, found once.
  let principal: ResolvedEntity?
  let action: ResolvedEntity?
  let resource: ResolvedEntity?

  init(program: Program, entities: Entities, request: Request) {
    self.program = program
    self.entities = entities
    self.request = request
    principal = entities.find(request.principal)
    action = entities.find(request.action)
    resource = entities.find(request.resource)
  }

  /// The value of a node that must be a boolean. Boolean operators never leave this method's
  /// recursion, so no `Value` is made for them.
  func bool(_ index: Int32) throws(EvaluationFailure) -> Bool {
    let node = program.nodes[Int(index)]
    switch node.operation {
    case .and:
      for position in node.first..<node.first + node.second
      where try !bool(program.operands[Int(position)]) {
        return false
      }
      return true
    case .or:
      for position in node.first..<node.first + node.second
      where try bool(program.operands[Int(position)]) {
        return true
      }
      return false
    case .not: return try !bool(node.first)
    case .equal: return try value(node.first) == value(node.second)
    case .notEqual: return try value(node.first) != value(node.second)
    case .equalConstant:
      return try value(node.first) == program.constants[Int(node.second)]
    case .notEqualConstant:
      return try value(node.first) != program.constants[Int(node.second)]
    case .less: return try compare(node, <, <, <)
    case .lessOrEqual: return try compare(node, <=, <=, <=)
    case .greater: return try compare(node, >, >, >)
    case .greaterOrEqual: return try compare(node, >=, >=, >=)
    case .inConstant:
      guard case .entity(let group) = program.constants[Int(node.second)] else { return false }
      return isMember(try entity(node.first), of: group)
    case .in: return try isInside(entity(node.first), node.second)
    case .is: return try entity(node.first).type == program.types[Int(node.second)]
    case .isIn:
      let uid = try entity(node.first)
      guard uid.type == program.types[Int(node.second)] else { return false }
      return try isInside(uid, node.third)
    case .has: return try has(index, node)
    case .like: return try program.patterns[Int(node.second)].matches(string(node.first))
    case .contains: return try set(node.first).contains(value(node.second))
    case .containsAll: return try set(node.first).containsAll(set(node.second))
    case .containsAny: return try set(node.first).containsAny(set(node.second))
    case .isEmpty: return try set(node.first).isEmpty
    case .hasTag:
      let uid = try entity(node.first)
      let tag = AttributeName(try string(node.second))
      return find(uid)?.tags.has(tag) == true
    case .conditional:
      return try bool(bool(node.first) ? node.second : node.third)
    default:
      let result = try value(index)
      guard case .bool(let bool) = result else {
        throw wrongType(index, "a bool", result)
      }
      return bool
    }
  }

  /// The value of a node.
  func value(_ index: Int32) throws(EvaluationFailure) -> Value {
    let node = program.nodes[Int(index)]
    switch node.operation {
    case .constant: return program.constants[Int(node.first)]
    case .principal: return .entity(request.principal)
    case .action: return .entity(request.action)
    case .resource: return .entity(request.resource)
    case .context: return .record(request.context)
    case .attribute: return try attribute(index, node)
    case .add, .subtract, .multiply:
      return .long(
        try program.arithmetic(index, node.operation, long(node.first), long(node.second)))
    case .negate: return .long(try program.negated(index, long(node.first)))
    case .set:
      var elements = ContiguousArray<Value>()
      for position in node.first..<node.first + node.second {
        elements.append(try value(program.operands[Int(position)]))
      }
      return .set(ValueSet(elements))
    case .record:
      var members = ContiguousArray<Record.Member>()
      for position in 0..<node.second {
        let operand = Int(node.first + position * 2)
        let name = program.names[Int(program.operands[operand])]
        members.append(.init(name, try value(program.operands[operand + 1])))
      }
      return .record(Record(members))
    case .getTag:
      let uid = try entity(node.first)
      let tag = try string(node.second)
      guard let entity = find(uid) else { throw failure(index, .unknownEntity(uid)) }
      guard let value = entity.tags[AttributeName(tag)] else {
        throw failure(index, .missingTag(tag, of: uid))
      }
      return value
    case .call: return try call(index, node)
    case .conditional: return try value(bool(node.first) ? node.second : node.third)
    default: return .bool(try bool(index))
    }
  }

  // MARK: Attributes and entities

  private func attribute(_ index: Int32, _ node: Program.Node) throws(EvaluationFailure)
    -> Value
  {
    let name = program.names[Int(node.second)]
    if program.nodes[Int(node.first)].operation == .context {
      if let value = request.context[name] { return value }
      throw failure(index, .missingAttribute(name, of: nil))
    }
    let base = try value(node.first)
    switch base {
    case .record(let record):
      if let value = record[name] { return value }
      throw failure(index, .missingAttribute(name, of: nil))
    case .entity(let uid):
      guard let entity = find(uid) else { throw failure(index, .unknownEntity(uid)) }
      if let value = entity.attributes[name] { return value }
      throw failure(index, .missingAttribute(name, of: uid))
    default: throw wrongType(node.first, "a record or an entity", base)
    }
  }

  private func has(_ index: Int32, _ node: Program.Node) throws(EvaluationFailure) -> Bool {
    var base = try value(node.first)
    for position in node.second..<node.second + node.third {
      let name = program.names[Int(program.operands[Int(position)])]
      let next: Value?
      switch base {
      case .record(let record): next = record[name]
      case .entity(let uid): next = find(uid)?.attributes[name]
      default: throw wrongType(index, "a record or an entity", base)
      }
      guard let next else { return false }
      base = next
    }
    return true
  }

  private func isInside(_ uid: EntityUID, _ index: Int32) throws(EvaluationFailure) -> Bool {
    let container = try value(index)
    switch container {
    case .entity(let group): return isMember(uid, of: group)
    case .set(let groups):
      for group in groups.values {
        guard case .entity = group else { throw wrongType(index, "an entity", group) }
      }
      let known = find(uid)
      return groups.values.contains { group in
        guard case .entity(let group) = group else { return false }
        return group == uid || known?.ancestors.contains(group) == true
      }
    default: throw wrongType(index, "an entity or a set of entities", container)
    }
  }

  private func isMember(_ uid: EntityUID, of group: EntityUID) -> Bool {
    uid == group || find(uid)?.ancestors.contains(group) == true
  }

  private func find(_ uid: EntityUID) -> ResolvedEntity? {
    if uid == request.principal { return principal }
    if uid == request.resource { return resource }
    if uid == request.action { return action }
    return entities.find(uid)
  }
}
