/// How much a policy may mix types.
public enum ValidationMode: String, Sendable, CaseIterable {
  /// Each expression has one type: no mixture of entity types, no `==` between different types,
  /// no `[]`, constructors of extensions with string literals only.
  case strict
  /// What two branches or elements have in common is enough.
  case permissive
}

/// Checks policies against a schema, for every kind of request that the schema allows: whether
/// evaluation could meet a value of a wrong type or an attribute that is not there, whether all
/// names are declared, and whether a policy can ever apply.
public struct Validator: Sendable {
  /// The schema.
  public let schema: Schema
  private let types: TypedSchema

  /// Prepares the schema; keep the validator when several sets are to be checked.
  public init(schema: Schema) {
    self.schema = schema
    types = TypedSchema(schema)
  }

  /// Validates a set: its policies in their order, then its templates. A slot may be filled with
  /// any entity; what fills it in a linked policy is checked there.
  /// - Parameters:
  ///   - mode: How much may be mixed.
  ///   - level: How many entities may be followed from the request, one after the other, so that
  ///     a caller knows which to load; nil for any number.
  ///   - limits: What bounds the work and the number of findings.
  public func validate(
    _ policies: PolicySet, mode: ValidationMode = .strict, level: Int? = nil,
    limits: ValidationLimits = .standard
  ) -> ValidationResult {
    var run = ValidationRun(schema: types, mode: mode, level: level, limits: limits)
    for policy in policies.policies {
      guard run.isOpen else { return run.result }
      // The conditions of a link are those of its template, which follows.
      run.check(
        policy.syntax, of: policy.id, in: policy.map, withConditions: policy.templateID == nil)
    }
    for template in policies.templates {
      guard run.isOpen else { return run.result }
      run.check(
        template.syntax, of: template.id, in: template.statement.map, withConditions: true)
    }
    return run.result
  }
}
