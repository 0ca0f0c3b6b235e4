extension SchemaValidator {
  mutating func all(_ schemas: [Int], _ row: Int, _ evaluated: inout Evaluated?) -> Bool {
    var isValid = true
    for schema in schemas where !apply(schema, to: row, &evaluated) {
      isValid = false
      if stops { return false }
    }
    return isValid
  }

  mutating func any(_ schemas: [Int], _ row: Int, _ evaluated: inout Evaluated?) -> Bool {
    let holds = quietly { validator in
      var holds = false
      for schema in schemas where validator.branch(schema, row, &evaluated) {
        holds = true
        // Each that holds adds to what is evaluated, so none may be left out when that matters.
        if evaluated == nil { return true }
      }
      return holds
    }
    return holds || noBranch("anyOf", schemas, row)
  }

  mutating func one(_ schemas: [Int], _ row: Int, _ evaluated: inout Evaluated?) -> Bool {
    var holding: (first: Int, second: Int)?
    var count = 0
    let holds = quietly { validator in
      for (index, schema) in schemas.enumerated() where validator.branch(schema, row, &evaluated) {
        count += 1
        if count == 1 { holding = (index, index) }
        if count == 2 {
          holding?.second = index
          return false
        }
      }
      return count == 1
    }
    if holds { return true }
    guard let holding else { return noBranch("oneOf", schemas, row) }
    return fail(
      "oneOf",
      "matches alternatives \(holding.first + 1) and \(holding.second + 1) of \"oneOf\", "
        + "but only one may match")
  }

  mutating func conditional(
    _ condition: Int, _ then: Int?, _ otherwise: Int?, _ row: Int,
    _ evaluated: inout Evaluated?
  ) -> Bool {
    let holds = quietly { $0.branch(condition, row, &evaluated) }
    guard let next = holds ? then : otherwise else { return true }
    return apply(next, to: row, &evaluated)
  }

  /// Applies an alternative; what it evaluated counts only when it holds.
  private mutating func branch(
    _ schema: Int, _ row: Int, _ evaluated: inout Evaluated?
  ) -> Bool {
    guard evaluated != nil else { return applyAlone(schema, to: row) }
    var own: Evaluated? = Evaluated(count: view[row].count)
    guard apply(schema, to: row, &own), let own else { return false }
    evaluated?.merge(own)
    return true
  }

  private mutating func noBranch(_ keyword: String, _ schemas: [Int], _ row: Int) -> Bool {
    if stops { return false }
    var reasons: [String] = []
    for schema in schemas.prefix(4) {
      guard let objection = objection(schema, row) else { continue }
      let reason = objection.description
      if !reasons.contains(reason) { reasons.append(reason) }
    }
    return fail(
      keyword,
      "matches none of \(schemas.count) alternatives: \(reasons.joined(separator: "; or "))")
  }
}
