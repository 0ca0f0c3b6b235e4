import FuzzSupport

/// Literals, variables and the attributes that are read from them.
extension RandomPolicy {
  mutating func leaf(_ kind: Model.Kind) {
    let paths = random.chance(75) ? paths(to: kind) : []
    if !paths.isEmpty {
      let path = random.pick(paths)
      guards += path.guards
      return emit(path.tokens)
    }
    switch kind {
    case .bool: emit(random.pick(["true", "false"]))
    case .long: longLiteral()
    case .string: emit(literal(random.pick(Spelling.strings)))
    case .entity(let type): emit(uid(type))
    case .set(let element):
      emit("[")
      for position in 0...random[2] {
        if position > 0 { emit(",") }
        leaf(element)
      }
      emit("]")
    case .record(let fields):
      emit("{")
      for (position, field) in fields.enumerated() {
        if position > 0 { emit(",") }
        emit(literal(field.name), ":")
        leaf(field.kind)
      }
      emit("}")
    case .extension(let type):
      let literals = random.chance(4) ? Spelling.wrongLiterals : Spelling.literals(type)
      emit(type.constructor, "(", literal(random.pick(literals)), ")")
    }
  }

  private mutating func longLiteral() {
    let value = random.pick(Random.longs)
    // Before a dot a negative number needs parentheses.
    emit(value < 0 ? ["(", "-", String(value.magnitude), ")"] : [String(value)])
  }

  struct Path {
    var tokens: [String]
    var guards: [[String]]
  }

  /// What of this kind can be read from the variables.
  private mutating func paths(to kind: Model.Kind) -> [Path] {
    var found: [Path] = []
    follow(Path(tokens: ["principal"], guards: []), .entity(principal), kind, 3, &found)
    follow(Path(tokens: ["resource"], guards: []), .entity(resource), kind, 3, &found)
    let context = Model.Kind.record(model.actions[action].context)
    follow(Path(tokens: ["context"], guards: []), context, kind, 3, &found)
    return found
  }

  private mutating func follow(
    _ path: Path, _ kind: Model.Kind, _ wanted: Model.Kind, _ depth: Int, _ found: inout [Path]
  ) {
    if kind == wanted { found.append(path) }
    guard depth > 0 else { return }
    let fields: [Model.Field]
    switch kind {
    case .entity(let type): fields = model.entities[type].fields
    case .record(let members): fields = members
    default: return
    }
    for field in fields {
      let isBare = Spelling.isIdentifier(field.name)
      let quoted = Spelling.quote(field.name)
      var next = path
      if !field.isRequired {
        next.guards.append(path.tokens + ["has", isBare ? field.name : quoted])
      }
      next.tokens += isBare && random.chance(80) ? [".", field.name] : ["[", quoted, "]"]
      follow(next, field.kind, wanted, depth - 1, &found)
    }
  }
}

extension Random {
  /// True in `wild` of `of` cases.
  mutating func chance(wild: Int, of: Int) -> Bool { self[of] < wild }
}
