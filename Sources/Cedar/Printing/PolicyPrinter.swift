/// Writes syntax trees as Cedar: one space where one belongs, parentheses only where the reading
/// needs them, one clause a line. What it writes reads as the tree that was written.
struct PolicyPrinter {
  private(set) var text = ""

  /// The text of a policy or a template.
  static func text(of policy: PolicySyntax) -> String {
    var printer = PolicyPrinter()
    printer.write(policy)
    return printer.text
  }

  /// The text of one expression.
  static func text(of id: Expression.ID, in tree: ExpressionTree) -> String {
    var printer = PolicyPrinter()
    printer.write(id, of: tree)
    return printer.text
  }

  /// The text of a constraint as it stands in a scope.
  static func text(of constraint: ScopeConstraint, on variable: Expression.Variable) -> String {
    var printer = PolicyPrinter()
    printer.write(constraint, on: variable, operand: \.description)
    return printer.text
  }

  mutating func write(_ policy: PolicySyntax) {
    for annotation in policy.annotations {
      text += "@" + annotation.key
      if annotation.hasValue { text += "(" + Quoting.quote(annotation.value) + ")" }
      text += "\n"
    }
    text += policy.effect.rawValue + "("
    write(policy.principal, on: .principal) { operand in
      switch operand {
      case .entity(let uid): uid.description
      case .slot: TemplateSlot.principal.rawValue
      }
    }
    text += ", "
    write(policy.action, on: .action, operand: \.description)
    text += ", "
    write(policy.resource, on: .resource) { operand in
      switch operand {
      case .entity(let uid): uid.description
      case .slot: TemplateSlot.resource.rawValue
      }
    }
    text += ")"
    for condition in policy.conditions {
      text += condition.isUnless ? "\nunless { " : "\nwhen { "
      write(condition.body, of: policy.tree)
      text += " }"
    }
    text += ";"
  }

  private mutating func write<Operand>(
    _ constraint: ScopeForm<Operand>, on variable: Expression.Variable,
    operand: (Operand) -> String
  ) {
    text += variable.name
    switch constraint {
    case .any: break
    case .equal(let other): text += " == " + operand(other)
    case .inside(let group): text += " in " + operand(group)
    case .insideAny(let groups):
      text += " in [" + groups.map(operand).joined(separator: ", ") + "]"
    case .type(let type): text += " is " + type.name
    case .typeInside(let type, let group): text += " is \(type.name) in " + operand(group)
    }
  }

  mutating func append(_ piece: String) { text += piece }
}
