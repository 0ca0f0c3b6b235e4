/// Operands of a required kind, arithmetic and comparison.
extension Evaluator {
  func long(_ index: Int32) throws(EvaluationFailure) -> Int64 {
    let result = try value(index)
    guard case .long(let long) = result else { throw wrongType(index, "a long", result) }
    return long
  }

  func string(_ index: Int32) throws(EvaluationFailure) -> String {
    let result = try value(index)
    guard case .string(let string) = result else { throw wrongType(index, "a string", result) }
    return string
  }

  func entity(_ index: Int32) throws(EvaluationFailure) -> EntityUID {
    let result = try value(index)
    guard case .entity(let uid) = result else { throw wrongType(index, "an entity", result) }
    return uid
  }

  func set(_ index: Int32) throws(EvaluationFailure) -> ValueSet {
    let result = try value(index)
    guard case .set(let set) = result else { throw wrongType(index, "a set", result) }
    return set
  }

  func arithmetic(_ index: Int32, _ node: Program.Node) throws(EvaluationFailure) -> Int64 {
    let left = try long(node.first)
    let right = try long(node.second)
    let result: (partialValue: Int64, overflow: Bool)
    let sign: StaticString
    switch node.operation {
    case .add: (result, sign) = (left.addingReportingOverflow(right), "`+`")
    case .subtract: (result, sign) = (left.subtractingReportingOverflow(right), "`-`")
    default: (result, sign) = (left.multipliedReportingOverflow(by: right), "`*`")
    }
    guard !result.overflow else { throw failure(index, .overflow(sign)) }
    return result.partialValue
  }

  /// Longs compare with longs, datetimes with datetimes, durations with durations.
  @inline(__always)
  func compare(
    _ index: Int32, _ node: Program.Node, _ longs: (Int64, Int64) -> Bool,
    _ datetimes: (DatetimeValue, DatetimeValue) -> Bool,
    _ durations: (DurationValue, DurationValue) -> Bool
  ) throws(EvaluationFailure) -> Bool {
    let left = try value(node.first)
    let right = try value(node.second)
    switch (left, right) {
    case (.long(let a), .long(let b)): return longs(a, b)
    case (.extension(.datetime(let a)), .extension(.datetime(let b))): return datetimes(a, b)
    case (.extension(.duration(let a)), .extension(.duration(let b))): return durations(a, b)
    case (.long, _): throw wrongType(node.second, "a long", right)
    case (.extension(.datetime), _): throw wrongType(node.second, "a datetime", right)
    case (.extension(.duration), _): throw wrongType(node.second, "a duration", right)
    default: throw wrongType(node.first, "a long, a datetime or a duration", left)
    }
  }

  func wrongType(_ index: Int32, _ expected: StaticString, _ found: Value) -> EvaluationFailure {
    failure(index, .wrongType(expected: expected, found: found.kind))
  }

  func failure(_ index: Int32, _ reason: EvaluationFailure.Reason) -> EvaluationFailure {
    EvaluationFailure(node: index, reason: reason)
  }
}
