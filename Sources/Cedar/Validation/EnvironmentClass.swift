extension RequestEnvironment: CustomStringConvertible {
  /// The types and the action, as in «`User`, `Action::"read"`, `Photo`».
  public var description: String { "`\(principal)`, `\(action)`, `\(resource)`" }
}

/// Environments in which the conditions of a policy mean the same, because they do not mention
/// that in which the environments differ.
struct EnvironmentClass {
  /// One of them, the first in the order of names.
  let environment: RequestEnvironment
  let context: RecordShape
  /// How many there are.
  var count: Int
}

/// Which of the four variables occur in the conditions of a policy.
struct VariableUse {
  var principal = false
  var action = false
  var resource = false
  var context = false

  init(_ tree: ExpressionTree) {
    for node in tree.nodes {
      guard case .variable(let variable) = node.kind else { continue }
      switch variable {
      case .principal: principal = true
      case .action: action = true
      case .resource: resource = true
      case .context: context = true
      }
    }
  }
}
