/// How tightly an expression binds: what may stand where without parentheses.
enum Binding: UInt8, Comparable {
  case conditional, or, and, relation, sum, product, unary, member

  static func < (left: Binding, right: Binding) -> Bool { left.rawValue < right.rawValue }

  /// The binding of an expression of this kind as it is written.
  init(of kind: Expression.Kind) {
    switch kind {
    case .conditional: self = .conditional
    case .or: self = .or
    case .and: self = .and
    case .has, .like, .is: self = .relation
    case .binary(let operation, _, _):
      switch operation {
      case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .in:
        self = .relation
      case .add, .subtract: self = .sum
      case .multiply: self = .product
      case .contains, .containsAll, .containsAny, .hasTag, .getTag: self = .member
      }
    case .not, .negate: self = .unary
    // The sign of a number belongs to it and still keeps it from standing before a dot.
    case .literal(.long(let value)): self = value < 0 ? .unary : .member
    case .literal, .variable, .isEmpty, .attribute, .set, .record, .call: self = .member
    }
  }
}

extension Expression.BinaryOperator {
  /// The operator, or the name of the method.
  var name: String {
    switch self {
    case .equal: "=="
    case .notEqual: "!="
    case .less: "<"
    case .lessOrEqual: "<="
    case .greater: ">"
    case .greaterOrEqual: ">="
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .in: "in"
    case .contains: "contains"
    case .containsAll: "containsAll"
    case .containsAny: "containsAny"
    case .hasTag: "hasTag"
    case .getTag: "getTag"
    }
  }
}
