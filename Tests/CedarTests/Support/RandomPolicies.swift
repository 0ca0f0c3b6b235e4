import TestSupport

@testable import Cedar

/// Random policies, entities and requests over a few names, so that they have much to do with each
/// other. Most expressions are well typed; attributes are often absent.
struct RandomPolicies {
  enum Kind: CaseIterable { case bool, long, string, entity, set, record, ipaddr, datetime }

  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  // MARK: Policies

  mutating func policies(count: Int) -> String {
    (0..<count).map { _ in policy() }.joined(separator: "\n")
  }

  mutating func policy() -> String {
    var text = random.once(in: 3) ? "forbid" : "permit"
    text += "(\(scope("principal", users)), \(actionScope()), \(scope("resource", things)))"
    for _ in 0..<random.pick([0, 1, 1, 1, 2]) {
      text += random.once(in: 4) ? " unless" : " when"
      text += " { \(expression(.bool, random.number(1..<5))) }"
    }
    return text + ";"
  }

  private mutating func scope(_ variable: String, _ candidates: [EntityUID]) -> String {
    let uid = random.pick(candidates)
    switch random.number(0..<9) {
    case 0: return "\(variable) == \(uid)"
    case 1: return "\(variable) in \(random.pick(groups))"
    case 2: return "\(variable) is \(uid.type)"
    case 3: return "\(variable) is \(uid.type) in \(random.pick(groups))"
    default: return variable
    }
  }

  private mutating func actionScope() -> String {
    switch random.number(0..<6) {
    case 0: "action == \(random.pick(actions))"
    case 1: "action in \(random.pick(actions))"
    case 2: "action in [\(random.pick(actions)), \(random.pick(actions))]"
    default: "action"
    }
  }

  // MARK: Expressions

  mutating func expression(_ wanted: Kind, _ depth: Int) -> String {
    let kind = random.once(in: 25) ? random.pick(Kind.allCases) : wanted
    if depth > 0, random.once(in: 14) {
      return "(if \(expression(.bool, depth - 1)) then \(expression(kind, depth - 1)) "
        + "else \(expression(kind, depth - 1)))"
    }
    switch kind {
    case .bool: return bool(depth)
    case .long: return long(depth)
    case .string: return random.once(in: 2) ? "\"ab\"" : access("s", depth)
    case .entity: return entity(depth)
    case .set: return set(depth)
    case .record: return record(depth)
    case .ipaddr: return random.once(in: 2) ? "ip(\"10.0.0.0/8\")" : access("ip", depth)
    case .datetime:
      return random.once(in: 3)
        ? "datetime(\"2026-01-01\").offset(duration(\"1d\"))"
        : random.once(in: 2) ? "datetime(\"2026-01-02\")" : access("t", depth)
    }
  }

  private mutating func bool(_ depth: Int) -> String {
    guard depth > 0 else {
      return random.once(in: 3) ? random.pick(["true", "false"]) : access("b", 0)
    }
    let less = depth - 1
    switch random.number(0..<18) {
    case 0, 1: return "(\(expression(.bool, less)) && \(expression(.bool, less)))"
    case 2, 3: return "(\(expression(.bool, less)) || \(expression(.bool, less)))"
    case 4: return "!(\(expression(.bool, less)))"
    case 5:
      let kind = random.pick(Kind.allCases)
      let sign = random.pick(["==", "!="])
      return "(\(expression(kind, less)) \(sign) \(expression(kind, less)))"
    case 6:
      let kind: Kind = random.once(in: 4) ? .datetime : .long
      let sign = random.pick(["<", "<=", ">", ">="])
      return "(\(expression(kind, less)) \(sign) \(expression(kind, less)))"
    case 7, 8:
      let group = random.once(in: 3) ? "[\(entity(0)), \(entity(0))]" : expression(.entity, 0)
      return "(\(expression(.entity, less)) in \(group))"
    case 9: return "(\(expression(.entity, less)) is \(random.pick(["U", "R", "G"])))"
    case 10:
      return "(\(expression(.entity, less)) is \(random.pick(["U", "R"])) in \(entity(0)))"
    case 11, 12:
      let base = expression(random.once(in: 3) ? .record : .entity, less)
      let name = random.pick(["b", "n", "r", "r.x", "r.y.z", "e", "e.n", "q"])
      return random.once(in: 2) ? "(context has \(name))" : "((\(base)) has \(name))"
    case 13: return "(\(expression(.string, less)) like \"a*\")"
    case 14:
      let method = random.pick(["containsAll", "containsAny"])
      return random.once(in: 2)
        ? "(\(expression(.set, less))).contains(\(expression(.long, less)))"
        : "(\(expression(.set, less))).\(method)(\(expression(.set, less)))"
    case 15:
      return random.once(in: 2)
        ? "(\(expression(.set, less))).isEmpty()"
        : "(\(expression(.ipaddr, less))).isInRange(\(expression(.ipaddr, less)))"
    case 16: return "(\(expression(.entity, less))).hasTag(\"\(random.pick(["k", "l"]))\")"
    default: return access("b", less)
    }
  }

  private mutating func long(_ depth: Int) -> String {
    guard depth > 0 else {
      return random.once(in: 2) ? String(random.number(0..<3)) : access("n", 0)
    }
    let less = depth - 1
    switch random.number(0..<6) {
    case 0:
      let sign = random.pick(["+", "-", "*"])
      return "(\(expression(.long, less)) \(sign) \(expression(.long, less)))"
    case 1: return "(-(\(expression(.long, less))))"
    case 2: return "(\(expression(.entity, less))).getTag(\"\(random.pick(["k", "l"]))\")"
    case 3: return random.pick(["9223372036854775807", "-3", "2"])
    default: return access("n", less)
    }
  }

  private mutating func entity(_ depth: Int) -> String {
    switch random.number(0..<6) {
    case 0: access("e", depth)
    case 1: random.pick(users + things + groups).description
    default: random.pick(["principal", "resource", "action", "principal", "resource"])
    }
  }

  private mutating func set(_ depth: Int) -> String {
    guard depth > 0, !random.once(in: 3) else { return access("set", 0) }
    let elements = (0..<random.number(0..<3)).map { _ in expression(.long, depth - 1) }
    return "[\(elements.joined(separator: ", "))]"
  }

  private mutating func record(_ depth: Int) -> String {
    switch random.number(0..<4) {
    case 0: "context"
    case 1 where depth > 0:
      "{x: \(expression(.long, depth - 1)), n: \(expression(.long, depth - 1))}"
    default: access("r", depth)
    }
  }

  /// An attribute, guarded by `has` now and then.
  private mutating func access(_ name: String, _ depth: Int) -> String {
    let base: String
    switch random.number(0..<8) {
    case 0: base = "principal"
    case 1: base = "resource"
    case 2 where depth > 0: base = "(\(entity(depth - 1)))"
    case 3 where depth > 0: base = "(\(record(depth - 1)))"
    case 4: base = "context.r"
    default: base = "context"
    }
    if name == "b", random.once(in: 3) { return "(\(base) has \(name) && \(base).\(name))" }
    return "\(base).\(name)"
  }

  // MARK: Entities and requests

  let users = (0..<3).map { EntityUID(type: "U", id: String($0)) }
  let things = (0..<2).map { EntityUID(type: "R", id: String($0)) }
  let groups = (0..<4).map { EntityUID(type: "G", id: String($0)) }
  let actions = (0..<3).map { EntityUID(type: "Action", id: String($0)) }

  /// Descriptions of most entities. A group is only in groups of larger number.
  mutating func entities() -> [Entity] {
    var result: [Entity] = []
    for (number, group) in groups.enumerated() where !random.once(in: 5) {
      result.append(describe(group, in: Array(groups[(number + 1)...])))
    }
    for uid in users + things where !random.once(in: 6) { result.append(describe(uid, in: groups)) }
    for (number, action) in actions.enumerated() where !random.once(in: 4) {
      result.append(describe(action, in: Array(actions[(number + 1)...])))
    }
    return result
  }

  mutating func describe(_ uid: EntityUID, in candidates: [EntityUID]) -> Entity {
    var tags: [Record.Member] = []
    for name in ["k", "l"] where random.once(in: 2) {
      tags.append(.init(AttributeName(name), value(.long)))
    }
    return Entity(
      uid, attributes: members(depth: 1), parents: candidates.filter { _ in random.once(in: 3) },
      tags: Record(tags))
  }

  mutating func members(depth: Int) -> Record {
    let kinds: [(String, Kind)] = [
      ("b", .bool), ("n", .long), ("s", .string), ("e", .entity), ("set", .set), ("ip", .ipaddr),
      ("t", .datetime), ("x", .long), ("z", .bool),
    ]
    var result: [Record.Member] = []
    for (name, kind) in kinds where !random.once(in: 5) {
      result.append(.init(AttributeName(name), value(random.once(in: 25) ? .string : kind)))
    }
    for name in ["r", "y"] where depth > 0 && !random.once(in: 4) {
      result.append(.init(AttributeName(name), .record(members(depth: depth - 1))))
    }
    return Record(result)
  }

  mutating func value(_ kind: Kind) -> Value {
    switch kind {
    case .bool: return .bool(random.once(in: 2))
    case .long: return .long(random.once(in: 9) ? .max : Int64(random.number(0..<3)))
    case .string: return .string(random.pick(["ab", "b"]))
    case .entity: return .entity(random.pick(users + things))
    case .set:
      return .set(ValueSet((0..<random.number(0..<4)).map { .long(Int64($0)) }))
    case .record: return .record(members(depth: 0))
    case .ipaddr:
      let text = random.pick(["10.0.0.1", "::1"])
      return IPAddress(text).map { .extension(.ipaddr($0)) } ?? .string(text)
    case .datetime:
      return .extension(
        .datetime(DatetimeValue(milliseconds: random.pick([0, 1, .max - 1]))))
    }
  }

  mutating func request() -> Request {
    Request(
      principal: random.pick(users), action: random.pick(actions), resource: random.pick(things),
      context: members(depth: 2))
  }
}
