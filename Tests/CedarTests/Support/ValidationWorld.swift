@testable import Cedar

/// The schema of the tests of validation.
enum ValidationWorld {
  static let text = """
    entity Group in [Group];
    entity Org;
    entity User in [Group] {
      name: String, age?: Long, boss: User, m: { a: Long, b?: { c?: Long } },
      s: Set<String>, us: Set<User>, ip: ipaddr, when: datetime, d: decimal, t: Bool
    } tags String;
    entity Robot in [Group] { name: String, serial: Long } tags Set<String>;
    entity Color enum ["red", "green"];
    entity Doc in [Org] { owner: User, color: Color, x?: Long };
    action read, write in [all] appliesTo {
      principal: [User], resource: [Doc],
      context: { n: Long, o?: Long, s: String, r: { a: Bool, z?: String } }
    };
    action all;
    action admin in [all] appliesTo {
      principal: [User, Robot], resource: [Doc, Org], context: {}
    };
    action orphan;
    """

  static func validator() throws -> Validator {
    Validator(schema: try Schema.parse(text, file: "test.cedarschema"))
  }

  /// A policy with one condition for `User` and `read`.
  static func policy(_ condition: String) -> String {
    "permit(principal, action == Action::\"read\", resource) when { \(condition) };"
  }

  static func validate(
    _ text: String, mode: ValidationMode = .strict, level: Int? = nil,
    limits: ValidationLimits = .standard
  ) throws -> ValidationResult {
    try validator().validate(policies(text), mode: mode, level: level, limits: limits)
  }

  /// The kinds of the errors of a condition.
  static func kinds(
    _ condition: String, mode: ValidationMode = .strict, level: Int? = nil
  ) throws -> [ValidationFinding.Kind] {
    try validate(policy(condition), mode: mode, level: level).errors.map(\.kind)
  }
}
