import FuzzSupport

/// How tightly an expression binds, from the loosest.
enum Binding: Int {
  case conditional, or, and, relation, sum, product, unary, member
}

extension RandomPolicy {
  /// Writes an expression of a kind where one of a binding may stand.
  mutating func expression(_ wanted: Model.Kind, depth: Int, _ place: Binding) {
    let kind =
      isWild() ? Model.kind(&random, model.entities.count, depth: 1) : wanted
    guard depth > 0 else { return leaf(kind) }
    if random.chance(25) { return leaf(kind) }
    if random.chance(8) {
      return within(.conditional, place) { made in
        made.emit("if")
        made.expression(.bool, depth: depth - 1, .conditional)
        made.emit("then")
        made.expression(kind, depth: depth - 1, .conditional)
        made.emit("else")
        made.expression(kind, depth: depth - 1, .conditional)
      }
    }
    switch kind {
    case .bool: boolean(depth - 1, place)
    case .long: long(depth - 1, place)
    case .extension(let type): value(of: type, depth - 1, place)
    case .set(let element): set(element, depth - 1)
    case .record(let fields): record(fields, depth - 1)
    default: leaf(kind)
    }
  }

  /// Puts parentheses around what binds too loosely, and sometimes around other things.
  mutating func within(
    _ binding: Binding, _ place: Binding, _ body: (inout RandomPolicy) -> Void
  ) {
    let needsParentheses = binding.rawValue < place.rawValue
    let hasParentheses = needsParentheses ? !random.chance(wild: 1, of: 200) : random.chance(8)
    if hasParentheses { emit("(") }
    body(&self)
    if hasParentheses { emit(")") }
  }

  private mutating func chain(
    _ operators: [String], _ binding: Binding, _ place: Binding, _ kind: Model.Kind, depth: Int
  ) {
    within(binding, place) { made in
      let tighter = Binding(rawValue: binding.rawValue + 1) ?? .member
      made.expression(kind, depth: depth, tighter)
      for _ in 0...made.random[3] {
        made.emit(made.random.pick(operators))
        made.expression(kind, depth: depth, tighter)
      }
    }
  }

  private mutating func compare(
    _ operators: [String], _ left: Model.Kind, _ right: Model.Kind, depth: Int, _ place: Binding
  ) {
    within(.relation, place) { made in
      made.expression(left, depth: depth, .sum)
      made.emit(made.random.pick(operators))
      made.expression(right, depth: depth, .sum)
    }
  }

  mutating func anyKind() -> Model.Kind { Model.kind(&random, model.entities.count, depth: 1) }

  private mutating func boolean(_ depth: Int, _ place: Binding) {
    let entity = Model.Kind.entity(random[model.entities.count])
    switch random[22] {
    case 0, 1: chain(["&&"], .and, place, .bool, depth: depth)
    case 2, 3: chain(["||"], .or, place, .bool, depth: depth)
    case 4:
      within(.unary, place) { made in
        for _ in 0...made.random[3] { made.emit("!") }
        made.expression(.bool, depth: depth, .member)
      }
    case 5, 6:
      let kind = anyKind()
      compare(["==", "!="], kind, kind, depth: depth, place)
    case 7, 8:
      let kind = random.pick([
        Model.Kind.long, .long, .extension(.datetime), .extension(.duration),
      ])
      compare(["<", "<=", ">", ">="], kind, kind, depth: depth, place)
    case 9: compare(["in"], entity, entity, depth: depth, place)
    case 10: compare(["in"], entity, .set(entity), depth: depth, place)
    case 11:
      within(.relation, place) { made in
        made.expression(entity, depth: depth, .sum)
        made.emit("is", made.random.pick(made.model.entities).name)
        guard made.random.chance(40) else { return }
        made.emit("in")
        made.expression(
          made.random.chance(60) ? entity : .set(entity), depth: depth, .sum)
      }
    case 12: has(depth, place)
    case 13:
      within(.relation, place) { made in
        made.expression(.string, depth: depth, .sum)
        made.emit("like", Spelling.pattern(&made.random))
      }
    case 14:
      let kind = anyKind()
      method("contains", of: .set(kind), [kind], depth)
    case 15:
      let set = Model.Kind.set(anyKind())
      method(random.pick(["containsAll", "containsAny"]), of: set, [set], depth)
    case 16: method("isEmpty", of: .set(anyKind()), [], depth)
    case 17: tagged(depth)
    case 18:
      let decimal = Model.Kind.extension(.decimal)
      let name = random.pick([
        "lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual",
      ])
      method(name, of: decimal, [decimal], depth)
    case 19:
      let address = Model.Kind.extension(.ipaddr)
      let name = random.pick(["isIpv4", "isIpv6", "isLoopback", "isMulticast"])
      method(name, of: address, [], depth)
    case 20:
      let address = Model.Kind.extension(.ipaddr)
      method("isInRange", of: address, [address], depth)
    default: leaf(.bool)
    }
  }

  mutating func method(
    _ name: String, of receiver: Model.Kind, _ arguments: [Model.Kind], _ depth: Int
  ) {
    expression(receiver, depth: depth, .member)
    emit(".", name, "(")
    for (position, kind) in arguments.enumerated() {
      if position > 0 { emit(",") }
      expression(kind, depth: depth, .conditional)
    }
    if !arguments.isEmpty, random.chance(5) { emit(",") }
    emit(")")
  }

  private mutating func has(_ depth: Int, _ place: Binding) {
    within(.relation, place) { made in
      if made.random.chance(50) {
        made.emit(made.random.pick(["principal", "resource", "context", "action"]))
      } else {
        made.expression(made.anyKind(), depth: depth, .sum)
      }
      made.emit("has")
      let names = (0...made.random[3]).map { _ in made.random.pick(Model.names) }
      if names.allSatisfy(Spelling.isIdentifier) {
        for (position, name) in names.enumerated() {
          if position > 0 { made.emit(".") }
          made.emit(name)
        }
      } else {
        made.emit(made.literal(names[0]))
      }
    }
  }

  private mutating func tagged(_ depth: Int) {
    let base = random.pick(["principal", "resource"])
    let key = literal(random.pick(["a", "b c", "é", "none"]))
    if random.chance(50) {
      guards.append([base, ".", "hasTag", "(", key, ")"])
      emit("(", base, ".", "getTag", "(", key, ")", "==")
      let type = base == "principal" ? principal : resource
      expression(model.entities[type].tags ?? .long, depth: 0, .sum)
      emit(")")
    } else {
      emit(base, ".", "hasTag", "(")
      expression(.string, depth: depth, .conditional)
      emit(")")
    }
  }

  private mutating func long(_ depth: Int, _ place: Binding) {
    switch random[8] {
    case 0, 1: chain(["+", "-"], .sum, place, .long, depth: depth)
    case 2: chain(["*"], .product, place, .long, depth: depth)
    case 3:
      within(.unary, place) { made in
        for _ in 0...made.random[3] { made.emit("-") }
        made.expression(.long, depth: depth, .member)
      }
    case 4:
      let name = random.pick(["toMilliseconds", "toSeconds", "toMinutes", "toHours", "toDays"])
      method(name, of: .extension(.duration), [], depth)
    default: leaf(.long)
    }
  }

  private mutating func value(of type: Model.Extension, _ depth: Int, _ place: Binding) {
    switch (type, random[4]) {
    case (.datetime, 0):
      method("offset", of: .extension(.datetime), [.extension(.duration)], depth)
    case (.datetime, 1): method("toDate", of: .extension(.datetime), [], depth)
    case (.duration, 0):
      method("durationSince", of: .extension(.datetime), [.extension(.datetime)], depth)
    case (.duration, 1): method("toTime", of: .extension(.datetime), [], depth)
    default: leaf(.extension(type))
    }
  }

  private mutating func set(_ element: Model.Kind, _ depth: Int) {
    emit("[")
    let count = random.chance(95) ? 1 + random[3] : 0
    for position in 0..<count {
      if position > 0 { emit(",") }
      expression(element, depth: depth, .conditional)
    }
    if count > 0, random.chance(5) { emit(",") }
    emit("]")
  }

  private mutating func record(_ fields: [Model.Field], _ depth: Int) {
    emit("{")
    var isFirst = true
    for field in fields where field.isRequired || random.chance(40) {
      if !isFirst { emit(",") }
      isFirst = false
      let isBare = Spelling.isIdentifier(field.name) && random.chance(70)
      emit(isBare ? field.name : literal(field.name), ":")
      expression(field.kind, depth: depth, .conditional)
    }
    emit("}")
  }
}
