extension SchemaValidator {
  mutating func object(
    _ rules: ObjectRules, _ row: Int, _ evaluated: inout Evaluated?
  ) -> Bool {
    let entry = view[row]
    guard entry.has(.object) else { return true }
    var isValid = counts(rules, entry.count)
    var required = 0
    var name = row &+ 1
    for index in 0..<entry.count {
      if !isValid, stops { return false }
      let value = name &+ 1
      let slot = find(name, in: rules.names)
      if let slot, rules.names.slots[slot].isRequired { required &+= 1 }
      var isKnown = false
      if let slot, let schema = rules.names.slots[slot].schema {
        isKnown = true
        isValid = atMember(name) { $0.applyAlone(schema, to: value) } && isValid
      }
      for (pattern, schema) in rules.patterns where matches(pattern, name) {
        isKnown = true
        isValid = atMember(name) { $0.applyAlone(schema, to: value) } && isValid
      }
      if !isKnown, let additional = rules.additional {
        isKnown = true
        isValid = self.additional(additional, rules, name, row) && isValid
      }
      if isKnown { evaluated?.mark(index) }
      if let names = rules.propertyNames, isValid || isCollecting {
        isValid = self.propertyName(names, name) && isValid
      }
      name = Int(view[value].next)
    }
    if required < rules.requiredCount {
      isValid = missing(rules, row) && isValid
    }
    if isValid || isCollecting, !rules.dependents.isEmpty {
      isValid = dependents(rules.dependents, row, &evaluated) && isValid
    }
    return isValid
  }

  @inline(__always)
  private func find(_ name: Int, in table: PropertyTable) -> Int? {
    if table.slots.isEmpty { return nil }
    return view.withUnescaped(view[name]) { table.find($0) }
  }

  @inline(__always)
  private mutating func counts(_ rules: ObjectRules, _ count: Int) -> Bool {
    if count < rules.minimum {
      return fail("minProperties", "expected at least \(rules.minimum) properties, got \(count)")
    }
    if count > rules.maximum {
      return fail("maxProperties", "expected at most \(rules.maximum) properties, got \(count)")
    }
    return true
  }

  private mutating func additional(
    _ schema: Int, _ rules: ObjectRules, _ name: Int, _ row: Int
  ) -> Bool {
    guard !stops, case .nothing? = program.subschemas[schema].checks.first else {
      return atMember(name) { $0.applyAlone(schema, to: name &+ 1) }
    }
    let known = rules.names.slots.filter { $0.schema != nil }.map {
      String(decoding: $0.name, as: UTF8.self)
    }.sorted()
    return fail(
      "additionalProperties",
      "unknown property \"\(view.string(view[name]))\"; "
        + (known.isEmpty
          ? "none are allowed" : "known are \(known.prefix(32).joined(separator: ", "))"))
  }

  private mutating func propertyName(_ schema: Int, _ name: Int) -> Bool {
    if quietly({ $0.applyAlone(schema, to: name) }) { return true }
    if stops { return false }
    let reason = objection(schema, name)?.message ?? "not allowed"
    return fail("propertyNames", "property name \"\(view.string(view[name]))\": \(reason)")
  }

  private mutating func missing(_ rules: ObjectRules, _ row: Int) -> Bool {
    for slot in rules.names.slots where slot.isRequired {
      if stops || !spend(1 + view[row].count / 8) { return false }
      if hasMember(slot.name, row) { continue }
      _ = fail(
        "required", "missing required property \"\(String(decoding: slot.name, as: UTF8.self))\"")
    }
    return false
  }

  private func hasMember(_ name: [UInt8], _ row: Int) -> Bool {
    name.withUnsafeBufferPointer { view.member($0, of: row) } != nil
  }

  private mutating func dependents(
    _ dependents: [ObjectRules.Dependent], _ row: Int, _ evaluated: inout Evaluated?
  ) -> Bool {
    var isValid = true
    for dependent in dependents {
      guard spend(1 + view[row].count) else { return false }
      guard hasMember(dependent.name, row) else { continue }
      for name in dependent.required {
        guard spend(1 + view[row].count) else { return false }
        if hasMember(name, row) { continue }
        isValid = fail(
          dependent.keyword,
          "missing property \"\(String(decoding: name, as: UTF8.self))\", which is required when "
            + "\"\(String(decoding: dependent.name, as: UTF8.self))\" is present")
      }
      if let schema = dependent.schema { isValid = apply(schema, to: row, &evaluated) && isValid }
      if !isValid, stops { return false }
    }
    return isValid
  }

  mutating func array(
    _ rules: ArrayRules, _ row: Int, _ evaluated: inout Evaluated?
  ) -> Bool {
    let entry = view[row]
    guard entry.has(.array) else { return true }
    var isValid = true
    if entry.count < rules.minimum {
      isValid = fail("minItems", "expected at least \(rules.minimum) items, got \(entry.count)")
    }
    if entry.count > rules.maximum {
      isValid = fail("maxItems", "expected at most \(rules.maximum) items, got \(entry.count)")
    }
    var contained = 0
    var element = row &+ 1
    for index in 0..<entry.count {
      if !isValid, stops { return false }
      let current = element
      if index < rules.prefix.count {
        let schema = rules.prefix[index]
        isValid = atElement(index) { $0.applyAlone(schema, to: current) } && isValid
        evaluated?.mark(index)
      } else if let rest = rules.rest {
        isValid = atElement(index) { $0.applyAlone(rest, to: current) } && isValid
        evaluated?.mark(index)
      }
      if let contains = rules.contains, quietly({ $0.applyAlone(contains, to: current) }) {
        contained &+= 1
        evaluated?.mark(index)
      }
      element = Int(view[current].next)
    }
    if rules.contains != nil { isValid = self.contained(contained, rules) && isValid }
    if rules.unique, isValid || isCollecting { isValid = unique(row, entry.count) && isValid }
    return isValid
  }

  private mutating func contained(_ count: Int, _ rules: ArrayRules) -> Bool {
    if count < rules.minimumContains {
      return fail(
        rules.minimumContains == 1 ? "contains" : "minContains",
        "expected at least \(rules.minimumContains) items that match \"contains\", got \(count)")
    }
    if count > rules.maximumContains {
      return fail(
        "maxContains",
        "expected at most \(rules.maximumContains) items that match \"contains\", got \(count)")
    }
    return true
  }

  private mutating func unique(_ row: Int, _ count: Int) -> Bool {
    guard spend(Int(view[row].next) - row) else { return false }
    guard let (first, second) = JSONEquality.firstDuplicate(view, row) else { return true }
    return fail("uniqueItems", "items \(first) and \(second) are the same; all must be different")
  }

  // MARK: unevaluatedItems, unevaluatedProperties

  mutating func unevaluatedItems(
    _ schema: Int, _ row: Int, _ evaluated: inout Evaluated?
  ) -> Bool {
    guard view[row].has(.array), let flags = evaluated?.flags else { return true }
    var isValid = true
    var element = row &+ 1
    for index in flags.indices {
      let current = element
      if !flags[index] {
        isValid = atElement(index) { $0.applyAlone(schema, to: current) } && isValid
        if !isValid, stops { return false }
      }
      element = Int(view[current].next)
    }
    evaluated?.markAll()
    return isValid
  }

  mutating func unevaluatedProperties(
    _ schema: Int, _ row: Int, _ evaluated: inout Evaluated?
  ) -> Bool {
    guard view[row].has(.object), let flags = evaluated?.flags else { return true }
    var isValid = true
    var name = row &+ 1
    for index in flags.indices {
      let current = name
      if !flags[index] {
        if !stops, case .nothing? = program.subschemas[schema].checks.first {
          isValid = fail(
            "unevaluatedProperties", "unknown property \"\(view.string(view[current]))\"")
        } else {
          isValid = atMember(current) { $0.applyAlone(schema, to: current &+ 1) } && isValid
        }
        if !isValid, stops { return false }
      }
      name = Int(view[current &+ 1].next)
    }
    evaluated?.markAll()
    return isValid
  }
}
