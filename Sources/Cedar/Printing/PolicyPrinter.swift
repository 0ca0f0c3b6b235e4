/// Writes syntax trees as Cedar: one space where one belongs, parentheses only where the reading
/// needs them, one clause a line. What it writes reads as the tree that was written.
struct PolicyPrinter {
  private(set) var text = ""
  /// How deep the expression that is being written nests, as the parser counts.
  private var nesting = 0
  /// How deep any expression nested.
  private(set) var deepestNesting = 0

  /// The text of a policy or a template.
  static func text(of policy: PolicySyntax) -> String {
    var printer = PolicyPrinter()
    printer.write(policy)
    return printer.text
  }

  /// How deep the conditions nest when they are written, as the parser counts.
  static func nesting(of policy: PolicySyntax) -> Int {
    var printer = PolicyPrinter()
    printer.write(policy)
    return printer.deepestNesting
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
    printer.write(ScopeSyntax(constraint), on: variable, slot: nil)
    return printer.text
  }

  mutating func write(_ policy: PolicySyntax) {
    for annotation in policy.annotations {
      text += "@" + annotation.key
      if annotation.hasValue { text += "(" + Quoting.quote(annotation.value) + ")" }
      text += "\n"
    }
    text += policy.effect.rawValue + "("
    write(policy.principal, on: .principal, slot: .principal)
    text += ", "
    write(ScopeSyntax(policy.action), on: .action, slot: nil)
    text += ", "
    write(policy.resource, on: .resource, slot: .resource)
    text += ")"
    for condition in policy.conditions {
      text += condition.isUnless ? "\nunless { " : "\nwhen { "
      write(condition.body, of: policy.tree)
      text += " }"
    }
    text += ";"
  }

  private mutating func write(
    _ constraint: ScopeSyntax, on variable: Expression.Variable, slot: TemplateSlot?
  ) {
    func text(_ operand: ScopeOperand) -> String {
      switch operand {
      case .entity(let uid): uid.description
      case .slot: slot?.rawValue ?? ""
      }
    }
    append(variable.name)
    switch constraint {
    case .any: break
    case .equal(let other): append(" == " + text(other))
    case .inside(let group): append(" in " + text(group))
    case .insideAny(let groups): append(" in [" + groups.map(text).joined(separator: ", ") + "]")
    case .type(let type): append(" is " + type.name)
    case .typeInside(let type, let group): append(" is \(type.name) in " + text(group))
    }
  }

  mutating func append(_ piece: String) { text += piece }

  /// Writes what the parser reads as an expression of its own: between parentheses, brackets or
  /// braces, or a part of a conditional.
  mutating func nest(_ write: (inout PolicyPrinter) -> Void) {
    nesting += 1
    deepestNesting = max(deepestNesting, nesting)
    write(&self)
    nesting -= 1
  }
}
