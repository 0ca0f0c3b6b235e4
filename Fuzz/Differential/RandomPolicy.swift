import FuzzSupport
import Cedar

/// Writes the tokens of random policies about a world: mostly of the right types, sometimes not.
struct RandomPolicy {
  var random: Random
  let model: Model
  private(set) var tokens: [String] = []
  /// How many of a hundred expressions are of another type than they should be.
  private let wildness: Int
  private(set) var principal = 0
  private(set) var resource = 0
  private(set) var action = 0
  /// For each policy the action and the types that it is about.
  private(set) var subjects: [Subject] = []
  /// Tests that attributes are there, to stand before the condition.
  var guards: [[String]] = []

  struct Subject {
    let action: Int
    let principal: Int
    let resource: Int
  }

  init(_ random: Random, model: Model, wildness: Int) {
    self.random = random
    self.model = model
    self.wildness = wildness
  }

  mutating func emit(_ new: String...) { tokens += new }
  mutating func emit(_ new: [String]) { tokens += new }

  mutating func isWild() -> Bool { random.chance(wildness) }

  mutating func policy() {
    action = random[model.actions.count]
    principal = random.pick(model.actions[action].principals)
    resource = random.pick(model.actions[action].resources)
    subjects.append(Subject(action: action, principal: principal, resource: resource))
    for key in ["note", "if"] where random.chance(10) {
      emit("@", key)
      if random.chance(70) { emit("(", literal(random.pick(Spelling.strings)), ")") }
    }
    emit(random.chance(65) ? "permit" : "forbid", "(")
    constraint("principal", principal)
    emit(",")
    actionConstraint()
    emit(",")
    constraint("resource", resource)
    if random.chance(10) { emit(",") }
    emit(")")
    for _ in 0..<(random.chance(85) ? 1 : random[3]) {
      emit(random.chance(80) ? "when" : "unless", "{")
      condition()
      emit("}")
    }
    emit(";")
  }

  private mutating func condition() {
    let start = tokens.count
    guards = []
    expression(.bool, depth: 1 + random[4], .conditional)
    guard !guards.isEmpty, random.chance(85) else { return }
    let body = Array(tokens[start...])
    tokens.removeSubrange(start...)
    for guarded in guards {
      emit(guarded)
      emit("&&")
    }
    emit("(")
    emit(body)
    emit(")")
  }

  private mutating func constraint(_ variable: String, _ type: Int) {
    emit(variable)
    switch random[12] {
    case 0: emit(["=="] + operand(variable, type))
    case 1: emit(["in"] + operand(variable, random[model.entities.count]))
    case 2:
      emit("is", model.entities[type].name, "in")
      emit(operand(variable, random[model.entities.count]))
    case 3...9: emit("is", model.entities[type].name)
    default: break
    }
  }

  /// An entity, or the slot of a template.
  private mutating func operand(_ variable: String, _ type: Int) -> [String] {
    random.chance(35) ? ["?" + variable] : uid(type)
  }

  private mutating func actionConstraint() {
    emit("action")
    switch random[10] {
    case 0...5: emit("==", "Action", "::", Spelling.quote(model.actions[action].id))
    case 6: emit(["in"] + actionUID())
    case 7, 8:
      emit("in", "[")
      for position in 0..<random[3] {
        if position > 0 { emit(",") }
        emit(actionUID())
      }
      emit("]")
    default: break
    }
  }

  mutating func actionUID() -> [String] {
    ["Action", "::", Spelling.quote(random.pick(model.actions).id)]
  }

  mutating func uid(_ type: Int) -> [String] {
    let uid = random.uid(type, of: model)
    return [uid.type.name, "::", literal(uid.id)]
  }

  mutating func literal(_ text: String) -> String { Spelling.literal(text, &random) }

  /// The tokens with random white space and comments between them.
  static func layout(_ tokens: [String], _ random: inout Random) -> String {
    var text = ""
    let disorder = random[5]
    for token in tokens {
      text += token
      guard random[20] < disorder else {
        text += " "
        continue
      }
      text += random.pick([
        "\n", "\t ", "\r\n\r\n", " // a\n", "\n//\n// b", " // é\" */\r\n", "\n",
      ])
      text += "\n"
    }
    return text
  }
}
