/// The operators that need nothing but the values of their operands. A failure names the node that
/// it is about.
extension Program {
  func long(_ value: Value, at index: Int32) throws(EvaluationFailure) -> Int64 {
    guard case .long(let long) = value else { throw wrongType(index, "a long", value) }
    return long
  }

  func string(_ value: Value, at index: Int32) throws(EvaluationFailure) -> String {
    guard case .string(let string) = value else { throw wrongType(index, "a string", value) }
    return string
  }

  func entity(_ value: Value, at index: Int32) throws(EvaluationFailure) -> EntityUID {
    guard case .entity(let uid) = value else { throw wrongType(index, "an entity", value) }
    return uid
  }

  func set(_ value: Value, at index: Int32) throws(EvaluationFailure) -> ValueSet {
    guard case .set(let set) = value else { throw wrongType(index, "a set", value) }
    return set
  }

  func arithmetic(
    _ index: Int32, _ operation: Operation, _ left: Int64, _ right: Int64
  ) throws(EvaluationFailure) -> Int64 {
    let result: (partialValue: Int64, overflow: Bool)
    let sign: StaticString
    switch operation {
    case .add: (result, sign) = (left.addingReportingOverflow(right), "`+`")
    case .subtract: (result, sign) = (left.subtractingReportingOverflow(right), "`-`")
    default: (result, sign) = (left.multipliedReportingOverflow(by: right), "`*`")
    }
    guard !result.overflow else { throw failure(index, .overflow(sign)) }
    return result.partialValue
  }

  func negated(_ index: Int32, _ operand: Int64) throws(EvaluationFailure) -> Int64 {
    let (result, overflowed) = Int64(0).subtractingReportingOverflow(operand)
    guard !overflowed else { throw failure(index, .overflow("`-`")) }
    return result
  }

  /// Longs compare with longs, datetimes with datetimes, durations with durations.
  @inline(__always)
  func compare(
    _ node: Node, _ left: Value, _ right: Value, _ longs: (Int64, Int64) -> Bool,
    _ datetimes: (DatetimeValue, DatetimeValue) -> Bool,
    _ durations: (DurationValue, DurationValue) -> Bool
  ) throws(EvaluationFailure) -> Bool {
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
