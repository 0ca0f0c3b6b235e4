@testable import Cedar

/// What an expression gave: its value, or the message of its failure.
enum Outcome: Equatable, CustomStringConvertible {
  case value(Value)
  case failure(String)
  case syntax(String)

  var description: String {
    switch self {
    case .value(let value): value.description
    case .failure(let message): "failure: \(message)"
    case .syntax(let message): "syntax: \(message)"
    }
  }
}

/// The people and things of most tests: alice is in `staff`, which is in `all`; `doc` is in
/// `folder`.
enum World {
  static let alice = EntityUID(type: "User", id: "alice")
  static let staff = EntityUID(type: "Group", id: "staff")
  static let all = EntityUID(type: "Group", id: "all")
  static let read = EntityUID(type: "Action", id: "read")
  static let doc = EntityUID(type: "NS::Doc", id: "doc")
  static let folder = EntityUID(type: "NS::Folder", id: "folder")

  static let descriptions = [
    Entity(
      alice,
      attributes: ["name": "Alice", "age": 30, "boss": .entity(EntityUID(type: "User", id: "x"))],
      parents: [staff], tags: ["team": "blue"]),
    Entity(staff, attributes: ["size": 3], parents: [all]),
    Entity(all),
    Entity(read, parents: [EntityUID(type: "Action", id: "reads")]),
    Entity(doc, attributes: ["owner": .entity(alice)], parents: [folder]),
  ]

  static let context: Record = [
    "n": 7, "s": "text", "t": true, "set": .set([1, 2, 3]), "empty": .set([]),
    "input": .record(["amount": 500, "to": .record(["name": "bob"])]), "é": "composed",
    "min": .long(.min), "max": .long(.max),
  ]

  static func request(context: Record = context) -> Request {
    Request(principal: alice, action: read, resource: doc, context: context)
  }
}

/// Evaluates one expression in the world of the tests.
func evaluate(_ expression: String) throws -> Outcome {
  let policies: PolicySet
  do throws(PolicyParseErrors) {
    policies = try PolicySet.parse(
      "permit(principal, action, resource) when { \(expression) };", file: "test")
  } catch {
    return .syntax(error.errors[0].message)
  }
  let evaluator = Evaluator(
    program: policies.program, entities: try Entities(World.descriptions),
    request: World.request())
  do throws(EvaluationFailure) {
    return .value(try evaluator.value(policies.policies[0].condition))
  } catch {
    return .failure(error.message)
  }
}

/// Parses policies that are expected to be right.
func policies(_ text: String) throws -> PolicySet {
  try PolicySet.parse(text, file: "test.cedar")
}

/// The first error of policies that are expected to be wrong.
func parseErrors(_ text: String, limits: PolicyLimits = .standard) -> [PolicyParseError] {
  do throws(PolicyParseErrors) {
    _ = try PolicySet.parse(text, file: "test.cedar", limits: limits)
    return []
  } catch {
    return error.errors
  }
}
