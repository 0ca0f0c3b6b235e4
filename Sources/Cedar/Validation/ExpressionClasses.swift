/// Numbers the expressions of a policy so that equal ones have the same number: those that are
/// written alike, or that the reference reads as the same. `a != b` is `!(a == b)`, and a chain of
/// literals as in `true && false` is a literal. Nodes are numbered when asked for, each once.
struct ExpressionClasses {
  private enum Shape: Hashable {
    case literal(Value)
    case variable(Expression.Variable)
    case not(Int32)
    case negate(Int32)
    case isEmpty(Int32)
    case logic(Logic, Int32, Int32)
    case binary(Expression.BinaryOperator, Int32, Int32)
    case attribute(Int32, AttributeName)
    case has(Int32, AttributeName)
    case like(Int32, Pattern)
    case `is`(Int32, EntityType)
    case conditional(Int32, Int32, Int32)
    case set([Int32])
    case record([AttributeName], [Int32])
    case call(ExtensionFunction, [Int32])
  }

  private enum Logic { case and, or }

  private let tree: ExpressionTree
  private var numbers: [Shape: Int32] = [:]
  private var ofNodes: [Expression.ID: Int32] = [:]
  private var names = PrehashedTable<AttributeName>()

  init(_ tree: ExpressionTree) { self.tree = tree }

  /// The number of a name.
  mutating func number(of name: AttributeName) -> Int32 { Int32(names.insert(name)) }

  /// The class of reading an attribute.
  mutating func attribute(_ name: AttributeName, of base: Int32) -> Int32 {
    number(of: .attribute(base, name))
  }

  /// The class of a node.
  mutating func number(of id: Expression.ID) -> Int32 {
    if let known = ofNodes[id] { return known }
    let number = classify(tree[id].kind)
    ofNodes[id] = number
    return number
  }

  /// The value of a Boolean literal, and of a chain of such.
  mutating func boolean(_ id: Expression.ID) -> Bool? { boolean(number(of: id)) }

  private mutating func boolean(_ number: Int32) -> Bool? {
    [true, false].first { number == self.number(of: .literal(.bool($0))) }
  }

  private mutating func number(of shape: Shape) -> Int32 {
    if let known = numbers[shape] { return known }
    let number = Int32(numbers.count)
    numbers[shape] = number
    return number
  }

  private mutating func numbers(of ids: [Expression.ID]) -> [Int32] {
    var result: [Int32] = []
    for id in ids { result.append(number(of: id)) }
    return result
  }

  private mutating func classify(_ kind: Expression.Kind) -> Int32 {
    switch kind {
    case .literal(let value): return number(of: .literal(value))
    case .variable(let variable): return number(of: .variable(variable))
    case .not(let operand): return not(number(of: operand))
    case .negate(let operand): return number(of: .negate(number(of: operand)))
    case .isEmpty(let operand): return number(of: .isEmpty(number(of: operand)))
    case .and(let operands): return chain(.and, numbers(of: operands))
    case .or(let operands): return chain(.or, numbers(of: operands))
    case .set(let elements): return number(of: .set(numbers(of: elements)))
    case .binary(let binary, let left, let right):
      return self.binary(binary, number(of: left), number(of: right))
    case .attribute(let base, let name): return attribute(name, of: number(of: base))
    case .has(let base, let path): return has(path, number(of: base))
    case .like(let text, let pattern): return number(of: .like(number(of: text), pattern))
    case .is(let entity, let type, let container):
      let entity = number(of: entity)
      let test = number(of: .is(entity, type))
      guard let container else { return test }
      return chain(.and, [test, binary(.in, entity, number(of: container))])
    case .conditional(let condition, let then, let otherwise):
      return number(
        of: .conditional(number(of: condition), number(of: then), number(of: otherwise)))
    case .record(let members):
      let sorted = members.sorted { $0.name.text.precedesByBytes($1.name.text) }
      return number(of: .record(sorted.map(\.name), numbers(of: sorted.map(\.value))))
    case .call(let function, let arguments):
      return number(of: .call(function, numbers(of: arguments)))
    }
  }

  private mutating func not(_ operand: Int32) -> Int32 { number(of: .not(operand)) }

  private mutating func binary(
    _ binary: Expression.BinaryOperator, _ left: Int32, _ right: Int32
  ) -> Int32 {
    switch binary {
    case .notEqual: not(number(of: .binary(.equal, left, right)))
    case .greater: not(number(of: .binary(.lessOrEqual, left, right)))
    case .greaterOrEqual: not(number(of: .binary(.less, left, right)))
    default: number(of: .binary(binary, left, right))
    }
  }

  private mutating func chain(_ logic: Logic, _ operands: [Int32]) -> Int32 {
    guard var result = operands.first else { return number(of: .literal(.bool(logic == .and))) }
    for operand in operands.dropFirst() {
      if let left = boolean(result), let right = boolean(operand) {
        result = number(of: .literal(.bool(logic == .and ? left && right : left || right)))
      } else {
        result = number(of: .logic(logic, result, operand))
      }
    }
    return result
  }

  private mutating func has(_ path: [AttributeName], _ base: Int32) -> Int32 {
    var base = base
    var tests: [Int32] = []
    for name in path {
      tests.append(number(of: .has(base, name)))
      base = attribute(name, of: base)
    }
    return chain(.and, tests)
  }
}
