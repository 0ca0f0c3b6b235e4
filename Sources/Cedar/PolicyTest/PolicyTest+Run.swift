extension PolicyTest {
  /// Asks all requests and compares the answers with what is expected of them. Reads no files.
  /// - Parameter validate: says whether policies are valid against a schema; without it, what
  ///   `shouldValidate` expects is not looked at.
  public func run(
    policies: PolicySet, entities: Entities, schema: Schema?,
    validate: ((PolicySet, Schema) -> Bool)? = nil, limits: EntityLimits = .standard
  ) -> PolicyTestOutcome {
    let validator = schema.map { RequestValidator(schema: $0) }
    var validation = PolicyTestOutcome.Validation.notChecked
    if let shouldValidate, let schema, let validate {
      let isValid = validate(policies, schema)
      validation = isValid == shouldValidate ? .passed : .failed(expected: shouldValidate)
    }
    let requests = expectations.map { expectation in
      ask(
        expectation, policies, entities, expectation.mustBeValid ? validator : nil, limits)
    }
    return PolicyTestOutcome(validation: validation, requests: requests)
  }

  private func ask(
    _ expectation: Expectation, _ policies: PolicySet, _ entities: Entities,
    _ validator: RequestValidator?, _ limits: EntityLimits
  ) -> PolicyTestOutcome.Request {
    let request: Request
    do throws(DataErrors) {
      request = try Request.parse(
        expectation.request, at: expectation.path, validator: validator, limits: limits)
    } catch {
      return PolicyTestOutcome.Request(
        description: expectation.description, response: nil,
        differences: error.errors.map { "the request is not valid: \($0)" })
    }
    let response = Authorizer.isAuthorized(request, policies: policies, entities: entities)
    return PolicyTestOutcome.Request(
      description: expectation.description, response: response,
      differences: expectation.differences(from: response))
  }
}

extension PolicyTest.Expectation {
  /// How an answer differs, in words.
  fileprivate func differences(from response: Response) -> [String] {
    var words: [String] = []
    if response.decision != decision {
      words.append("expected \(decision.rawValue), got \(response.decision.rawValue)")
    }
    if let reasons, !matches(reasons, response.determining) {
      words.append(
        "expected the determining policies \(list(reasons)), got \(list(response.determining))")
    }
    if let errors, !matches(errors, response.errors.map(\.policy)) {
      let erring = response.errors.map(\.policy)
      words.append("expected the erring policies \(list(errors)), got \(list(erring))")
      words += response.errors.map(\.description)
    }
    return words
  }

  /// Whether all names stand for policies that are there, and there are no others.
  private func matches(_ names: [String], _ policies: [PolicyID]) -> Bool {
    policies.allSatisfy { policy in names.contains { policy.isCalled($0) } }
      && names.allSatisfy { name in policies.contains { $0.isCalled(name) } }
  }

  private func list(_ names: [String]) -> String {
    "[" + names.sorted { $0.precedesByBytes($1) }.joined(separator: ", ") + "]"
  }

  private func list(_ policies: [PolicyID]) -> String {
    "[" + policies.map(\.shown).joined(separator: ", ") + "]"
  }
}

extension PolicyID {
  /// Its name by position, as the reference implementation gives it.
  private var positional: String { "policy\(index)" }

  /// Whether a test can mean this policy by a name.
  fileprivate func isCalled(_ other: String) -> Bool {
    other.hasSameBytes(as: name) || other.hasSameBytes(as: positional)
  }

  /// Both names, when they differ.
  fileprivate var shown: String {
    name.hasSameBytes(as: positional) ? name : "\(positional) (\(name))"
  }
}
