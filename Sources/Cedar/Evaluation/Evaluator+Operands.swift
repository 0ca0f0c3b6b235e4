/// Operands of a required kind.
extension Evaluator {
  func long(_ index: Int32) throws(EvaluationFailure) -> Int64 {
    try program.long(value(index), at: index)
  }

  func string(_ index: Int32) throws(EvaluationFailure) -> String {
    try program.string(value(index), at: index)
  }

  func entity(_ index: Int32) throws(EvaluationFailure) -> EntityUID {
    try program.entity(value(index), at: index)
  }

  func set(_ index: Int32) throws(EvaluationFailure) -> ValueSet {
    try program.set(value(index), at: index)
  }

  @inline(__always)
  func compare(
    _ node: Program.Node, _ longs: (Int64, Int64) -> Bool,
    _ datetimes: (DatetimeValue, DatetimeValue) -> Bool,
    _ durations: (DurationValue, DurationValue) -> Bool
  ) throws(EvaluationFailure) -> Bool {
    try program.compare(
      node, value(node.first), value(node.second), longs, datetimes, durations)
  }

  func call(_ index: Int32, _ node: Program.Node) throws(EvaluationFailure) -> Value {
    let function = try program.function(index, node)
    let receiver = try value(program.operands[Int(node.second)])
    let argument = node.third > 1 ? try value(program.operands[Int(node.second) + 1]) : nil
    return try program.call(index, node, function, receiver, argument)
  }

  func wrongType(_ index: Int32, _ expected: StaticString, _ found: Value) -> EvaluationFailure {
    program.wrongType(index, expected, found)
  }

  func failure(_ index: Int32, _ reason: EvaluationFailure.Reason) -> EvaluationFailure {
    EvaluationFailure(node: index, reason: reason)
  }
}
