/// Walks an instance and a program together. First only for a verdict, stopping at the first
/// failure; only when that is bad, again to collect what to say.
struct SchemaValidator {
  /// How deep subschemas may apply within one another; each level of the instance takes one, each
  /// `$ref` or `allOf` on the way another.
  static var depthLimit: Int { 768 }
  /// How many subschemas one validation may evaluate, and patterns, where each costs more.
  static var stepLimit: Int { 1_000_000 }

  let program: SchemaProgram
  let view: JSONView
  private var depth = 0
  private var steps = SchemaValidator.stepLimit
  private(set) var exhausted: String?
  /// The resources entered, outermost first; kept only when the program needs it.
  private var scope: [Int] = []

  var isCollecting = false
  private var report: SchemaReport?
  private var path: [PathStep] = []

  private enum PathStep {
    case member(Int)
    case element(Int)
  }

  init(program: SchemaProgram, view: JSONView) {
    self.program = program
    self.view = view
  }

  mutating func run(at row: Int) -> Bool {
    var evaluated: Evaluated? = nil
    return apply(program.root, to: row, &evaluated) && exhausted == nil
  }

  mutating func explain(at row: Int, maxViolations: Int) -> [JSONSchemaViolation] {
    let report = SchemaReport(limit: maxViolations)
    self.report = report
    isCollecting = true
    _ = applyAlone(program.root, to: row)
    if let exhausted, report.violations.isEmpty {
      return [JSONSchemaViolation(instancePath: "", keyword: "$ref", message: exhausted)]
    }
    return report.violations
  }

  // MARK: Subschemas

  /// Applies a subschema to a value; marks what it evaluated, when someone asks.
  mutating func apply(_ index: Int, to row: Int, _ evaluated: inout Evaluated?) -> Bool {
    guard enter() else { return false }
    depth &+= 1
    defer { depth &-= 1 }
    let entered = program.usesDynamicReferences && enterScope(program.subschemas[index].resource)
    defer { if entered { scope.removeLast() } }

    let tracks = program.subschemas[index].tracksEvaluation
    if !tracks { return check(index, row, &evaluated) }
    var own: Evaluated? = Evaluated(count: view[row].count)
    var isValid = check(index, row, &own)
    if isValid || isCollecting, let subschema = program.subschemas[index].unevaluatedItems {
      isValid = unevaluatedItems(subschema, row, &own) && isValid
    }
    if isValid || isCollecting, let subschema = program.subschemas[index].unevaluatedProperties {
      isValid = unevaluatedProperties(subschema, row, &own) && isValid
    }
    if isValid, let own { evaluated?.merge(own) }
    return isValid
  }

  private mutating func check(_ index: Int, _ row: Int, _ evaluated: inout Evaluated?) -> Bool {
    var isValid = true
    for number in 0..<program.subschemas[index].checks.count {
      if !check(program.subschemas[index].checks[number], row, &evaluated) {
        isValid = false
        if stops { return false }
      }
    }
    return isValid
  }

  private mutating func check(
    _ check: SchemaCheck, _ row: Int, _ evaluated: inout Evaluated?
  ) -> Bool {
    switch check {
    case .nothing: fail("false", "nothing is allowed here")
    case .type(let types): self.type(types, row)
    case .constant(let literal): constant(literal, row)
    case .enumeration(let literals): enumeration(literals, row)
    case .bound(let bound): self.bound(bound, row)
    case .multiple(let divisor): multiple(divisor, row)
    case .length(let minimum, let maximum): length(minimum, maximum, row)
    case .pattern(let pattern): self.pattern(pattern, row)
    case .format(let format): self.format(format, row)
    case .object(let rules): object(rules, row, &evaluated)
    case .array(let rules): array(rules, row, &evaluated)
    case .reference(let target): apply(target, to: row, &evaluated)
    case .dynamicReference(let anchor, let fallback):
      apply(dynamicTarget(anchor) ?? fallback, to: row, &evaluated)
    case .all(let schemas): all(schemas, row, &evaluated)
    case .any(let schemas): any(schemas, row, &evaluated)
    case .one(let schemas): one(schemas, row, &evaluated)
    case .not(let schema):
      !quietly { $0.applyAlone(schema, to: row) }
        || fail("not", "must not match the schema in \"not\", got \(excerpt(row))")
    case .conditional(let condition, let then, let otherwise):
      conditional(condition, then, otherwise, row, &evaluated)
    }
  }

  /// Applies a subschema whose annotations nobody needs.
  mutating func applyAlone(_ index: Int, to row: Int) -> Bool {
    var evaluated: Evaluated? = nil
    return apply(index, to: row, &evaluated)
  }

  // MARK: Bounds

  private mutating func enter() -> Bool {
    if depth >= Self.depthLimit {
      return exhaust("the schema applies to itself without end, or nests deeper than is allowed")
    }
    return spend(1)
  }

  /// Takes steps from the budget; false when it is used up.
  mutating func spend(_ cost: Int) -> Bool {
    steps &-= cost
    return steps >= 0 || exhaust("checking this value against the schema takes too many steps")
  }

  /// Once exhausted, nothing is valid any more, whatever `not` makes of it.
  mutating func exhaust(_ reason: String) -> Bool {
    if exhausted == nil { exhausted = reason }
    steps = -1
    return false
  }

  // MARK: Dynamic scope

  private mutating func enterScope(_ resource: Int) -> Bool {
    if scope.last == resource { return false }
    scope.append(resource)
    return true
  }

  private func dynamicTarget(_ anchor: String) -> Int? {
    for resource in scope {
      if let target = program.dynamicAnchors[resource][anchor] { return target }
    }
    return nil
  }

  // MARK: Reporting

  /// Whether nothing more is to be learnt after a failure.
  @inline(__always) var stops: Bool { !isCollecting || report?.isFull == true }

  /// Records a violation when they are collected; always false.
  func fail(_ keyword: String, _ message: @autoclosure () -> String) -> Bool {
    if isCollecting, let report, !report.isFull, exhausted == nil {
      report.violations.append(
        JSONSchemaViolation(
          instancePath: instancePath, keyword: keyword, message: message()))
    }
    return false
  }

  /// Runs something for its verdict alone.
  mutating func quietly(_ body: (inout Self) -> Bool) -> Bool {
    let wasCollecting = isCollecting
    isCollecting = false
    defer { isCollecting = wasCollecting }
    return body(&self)
  }

  /// What a subschema has against a value, in one line.
  mutating func objection(_ index: Int, _ row: Int) -> JSONSchemaViolation? {
    var other = self
    let report = SchemaReport(limit: 1)
    other.report = report
    other.isCollecting = true
    _ = other.applyAlone(index, to: row)
    steps = other.steps
    return report.violations.first
  }

  /// Applies something to a member's value or an element, with the path leading there.
  @inline(__always)
  mutating func atMember(_ name: Int, _ body: (inout Self) -> Bool) -> Bool {
    if !isCollecting { return body(&self) }
    path.append(.member(name))
    defer { path.removeLast() }
    return body(&self)
  }

  @inline(__always)
  mutating func atElement(_ index: Int, _ body: (inout Self) -> Bool) -> Bool {
    if !isCollecting { return body(&self) }
    path.append(.element(index))
    defer { path.removeLast() }
    return body(&self)
  }

  private var instancePath: String {
    path.reduce(into: "") { text, step in
      switch step {
      case .member(let name): text += "/" + JSONPointer.escaped(view.string(view[name]))
      case .element(let index): text += "/\(index)"
      }
    }
  }

  /// A value as it came, cut when it is long.
  func excerpt(_ row: Int) -> String {
    let raw = view.raw(view[row])
    if raw.count <= 80 { return String(decoding: raw, as: UTF8.self) }
    var end = 77
    while end > 0, raw[end] & 0xC0 == 0x80 { end -= 1 }
    return String(decoding: raw[..<end], as: UTF8.self) + "…"
  }
}

/// What is collected; shared by the copies of one validator.
final class SchemaReport {
  var violations: [JSONSchemaViolation] = []
  let limit: Int

  init(limit: Int) { self.limit = limit }

  var isFull: Bool { violations.count >= limit }
}

/// Which members or elements of one value have been evaluated (2020-12 core section 11).
struct Evaluated {
  private(set) var flags: [Bool]

  init(count: Int) { flags = Array(repeating: false, count: count) }

  mutating func mark(_ index: Int) { flags[index] = true }

  mutating func markAll() {
    for index in flags.indices { flags[index] = true }
  }

  mutating func merge(_ other: Evaluated) {
    for index in flags.indices where other.flags[index] { flags[index] = true }
  }
}
