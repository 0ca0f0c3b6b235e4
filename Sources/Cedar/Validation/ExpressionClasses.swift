/// Numbers the expressions of a policy so that equal ones, those that are written alike, have the
/// same number. Nodes are numbered when asked for, each once.
struct ExpressionClasses {
  private enum Shape: Hashable {
    case literal(Value)
    case variable(Expression.Variable)
    case unary(UInt8, Int32)
    case binary(Expression.BinaryOperator, Int32, Int32)
    case list(UInt8, [Int32])
    case attribute(Int32, AttributeName)
    case has(Int32, [AttributeName])
    case like(Int32, Pattern)
    case `is`(Int32, EntityType, Int32?)
    case conditional(Int32, Int32, Int32)
    case record([AttributeName], [Int32])
    case call(ExtensionFunction, [Int32])
  }

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
    let number = number(of: shape(tree[id].kind))
    ofNodes[id] = number
    return number
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

  private mutating func shape(_ kind: Expression.Kind) -> Shape {
    switch kind {
    case .literal(let value): return .literal(value)
    case .variable(let variable): return .variable(variable)
    case .not(let operand): return .unary(0, number(of: operand))
    case .negate(let operand): return .unary(1, number(of: operand))
    case .isEmpty(let operand): return .unary(2, number(of: operand))
    case .and(let operands): return .list(0, numbers(of: operands))
    case .or(let operands): return .list(1, numbers(of: operands))
    case .set(let elements): return .list(2, numbers(of: elements))
    case .binary(let binary, let left, let right):
      return .binary(binary, number(of: left), number(of: right))
    case .attribute(let base, let name): return .attribute(number(of: base), name)
    case .has(let base, let path): return .has(number(of: base), path)
    case .like(let text, let pattern): return .like(number(of: text), pattern)
    case .is(let entity, let type, let container):
      return .is(number(of: entity), type, container.map { number(of: $0) })
    case .conditional(let condition, let then, let otherwise):
      return .conditional(number(of: condition), number(of: then), number(of: otherwise))
    case .record(let members):
      let sorted = members.sorted { $0.name.text.precedesByBytes($1.name.text) }
      return .record(sorted.map(\.name), numbers(of: sorted.map(\.value)))
    case .call(let function, let arguments): return .call(function, numbers(of: arguments))
    }
  }
}
