/// A ledger and the index over it, as files.
public struct AuditFiles: Sendable {
  /// The directory of the ledger.
  public var ledger: String
  /// The index; it is made when it is not there.
  public var index: String

  /// Files with these paths.
  public init(ledger: String, index: String) {
    self.ledger = ledger
    self.index = index
  }

  /// Brings the index up to date and answers for programs. Blocks.
  /// - Parameter now: microseconds since 1970-01-01 UTC.
  /// - Throws: also when the ledger cannot be read to its end, unless the question is about gaps:
  ///   that is one.
  public func answer(_ question: AuditQuestion, now: Int64) throws(AuditError) -> [UInt8] {
    let (index, found) = try caughtUp()
    guard let stopped = found.stopped else { return try question.json(from: index, now: now) }
    guard case .gaps(let question) = question else { throw .ledger(stopped) }
    var answer = try question.answer(from: index, now: now)
    answer.add(damage: "\(stopped)", at: try index.records())
    return answer.json
  }

  /// Opens the index and brings it up to date. Blocks.
  public func caughtUp() throws(AuditError) -> (AuditIndex, CatchUp) {
    let index = try AuditIndex.opened(path: self.index)
    return (index, try index.catchUp(with: ledger))
  }
}

extension AuditIndex {
  fileprivate static func opened(path: String) throws(AuditError) -> AuditIndex {
    do { return try AuditIndex(path: path) } catch { throw .storage(error) }
  }
}
