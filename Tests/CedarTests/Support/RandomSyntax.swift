import TestSupport

@testable import Cedar

/// Makes random policies of all that the language can say, from a seed.
struct RandomSyntax {
  private var random: SeededGenerator
  private var tree = ExpressionTree()

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[number(0..<elements.count)]
  }

  private mutating func several<Element>(
    _ counts: Range<Int>, _ make: (inout RandomSyntax) -> Element
  ) -> [Element] {
    (0..<number(counts)).map { _ in make(&self) }
  }

  private static let strings = [
    "", "a", "b c", "\"", "\\", "*", "\\*", "\n\r\t\0", "é", "e\u{301}", "\u{1f600}", "if", "like",
    "__cedar", "a.b", "1", "?principal", "\u{7f}\u{1}", "'", "//", "\u{2028}",
  ]

  private mutating func string() -> String { pick(RandomSyntax.strings) + pick(["", "", "x"]) }

  private mutating func type() -> EntityType { pick(["A", "B::C", "_x1::Y", "permit", "context"]) }

  private mutating func uid() -> EntityUID { EntityUID(type: type(), id: string()) }

  /// A policy, or with slots a template.
  mutating func policy(depth: Int, slots: Bool = false) -> PolicySyntax {
    tree = ExpressionTree()
    let annotations = ["a", "if", "b_1"].prefix(number(0..<4)).map { key in
      let value = number(0..<3) > 0 ? string() : nil
      return Annotation(key: key, value: value ?? "", hasValue: value != nil)
    }
    let conditions = several(0..<4) { made in
      PolicySyntax.Condition(
        isUnless: made.number(0..<2) == 0, body: made.expression(depth: depth))
    }
    return PolicySyntax(
      annotations: annotations, effect: pick([.permit, .forbid]), principal: scope(slots),
      action: action(), resource: scope(slots), conditions: conditions, tree: tree, offset: 0)
  }

  private mutating func scope(_ slots: Bool) -> ScopeSyntax {
    let operand: ScopeOperand = slots && number(0..<2) == 0 ? .slot : .entity(uid())
    return pick([
      .any, .equal(operand), .inside(operand), .type(type()), .typeInside(type(), operand),
    ])
  }

  private mutating func action() -> ScopeConstraint {
    let uids = several(0..<3) { EntityUID(type: "N::Action", id: $0.string()) }
    let list: [ScopeConstraint] = uids.count == 1 ? [] : [.insideAny(uids)]
    return pick([.any] + list + uids.flatMap { [.equal($0), .inside($0)] })
  }

  private mutating func add(_ kind: Expression.Kind, _ children: [Expression.ID])
    -> Expression.ID
  {
    let height = children.map { tree[$0].height }.max() ?? 0
    return tree.add(Expression(kind: kind, offset: 0, height: height + 1))
  }

  private mutating func leaf() -> Expression.ID {
    switch number(0..<6) {
    case 0: add(.variable(pick(Expression.Variable.allCases)), [])
    case 1: add(.literal(.long(pick([0, 1, -1, -5, .max, .min, 7]))), [])
    case 2: add(.literal(.bool(number(0..<2) == 0)), [])
    case 3: add(.literal(.entity(uid())), [])
    case 4: add(pick([.set([]), .record([])]), [])
    default: add(.literal(.string(string())), [])
    }
  }

  private mutating func list(_ counts: Range<Int>, _ depth: Int) -> [Expression.ID] {
    several(counts) { $0.expression(depth: depth - 1) }
  }

  private static let operators: [Expression.BinaryOperator] = [
    .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .add, .subtract, .multiply,
    .in, .contains, .containsAll, .containsAny, .hasTag, .getTag,
  ]

  private mutating func expression(depth: Int) -> Expression.ID {
    guard depth > 0 else { return leaf() }
    let operand = expression(depth: depth - 1)
    switch number(0..<15) {
    case 0: return add(.not(operand), [operand])
    case 1: return add(.negate(operand), [operand])
    case 2, 3, 4:
      let other = expression(depth: depth - 1)
      return add(.binary(pick(RandomSyntax.operators), operand, other), [operand, other])
    case 5: return connect(operand, list(1..<4, depth), and: true)
    case 6: return connect(operand, list(1..<4, depth), and: false)
    case 7: return add(.isEmpty(operand), [operand])
    case 8: return add(.attribute(operand, AttributeName(string())), [operand])
    case 9:
      let path = several(2..<4) { AttributeName($0.pick(["a", "b_2", "principal", "permit"])) }
      return add(.has(operand, pick([path, [AttributeName(string())]])), [operand])
    case 10: return add(.like(operand, pattern()), [operand])
    case 11:
      let group = number(0..<2) == 0 ? nil : expression(depth: depth - 1)
      return add(.is(operand, type(), in: group), [operand] + (group.map { [$0] } ?? []))
    case 12:
      let others = list(2..<3, depth)
      return add(.conditional(operand, then: others[0], else: others[1]), [operand] + others)
    case 13:
      guard number(0..<2) == 0 else {
        let elements = list(0..<3, depth)
        return add(.set(elements), elements)
      }
      let names = Set(several(0..<4) { AttributeName($0.string()) })
        .sorted { $0.text.precedesByBytes($1.text) }
      let members = names.map { (name: $0, value: expression(depth: depth - 1)) }
      return add(.record(members), members.map(\.value))
    default:
      let function = pick(ExtensionFunction.allCases)
      let arguments = [operand] + list(0..<3, depth)
      return add(.call(function, arguments), arguments)
    }
  }

  /// `&&` and `||` associate to the left, so the first operand is none of the same kind.
  private mutating func connect(
    _ first: Expression.ID, _ others: [Expression.ID], and isAnd: Bool
  ) -> Expression.ID {
    var operands = [first]
    switch tree[first].kind {
    case .and(let inner) where isAnd: operands = inner
    case .or(let inner) where !isAnd: operands = inner
    default: break
    }
    operands += others
    return add(isAnd ? .and(operands) : .or(operands), operands)
  }

  private mutating func pattern() -> Pattern {
    var elements: [Pattern.Element] = []
    for _ in 0..<number(0..<4) {
      elements += number(0..<2) == 0 ? [.wildcard] : string().utf8.map { .byte($0) }
    }
    return Pattern(elements)
  }
}
