/// Something that the records can be asked about a control. Sees every record from the beginning of
/// the ledger, in order; only those of the period count.
protocol Question: Sendable {
  mutating func examine(_ record: EvidenceRecord)
  func finding() -> TestFinding
}

/// A population with its sample and exceptions, gathered record by record.
struct Population: Sendable {
  static let sampleMax = 25
  static let exceptionsMax = 100

  private(set) var count = 0
  private(set) var sample: [SampledRecord] = []
  private(set) var exceptions: [EvidenceException] = []
  private(set) var exceptionCount = 0

  /// Adds a record of the period, with what is wrong with it.
  mutating func add(_ record: EvidenceRecord, wrong reason: String? = nil) {
    guard record.isInPeriod else { return }
    add(
      sequence: record.sequence, leafHash: record.leafHash, wrong: reason)
  }

  mutating func add(sequence: UInt64, leafHash: String, wrong reason: String?) {
    count += 1
    keep(
      SampledRecord(sequence: sequence, leafHash: leafHash, isException: reason != nil, proof: nil))
    guard let reason else { return }
    exceptionCount += 1
    if exceptions.count < Self.exceptionsMax {
      exceptions.append(EvidenceException(sequence: sequence, reason: reason))
    }
  }

  private mutating func keep(_ record: SampledRecord) {
    if sample.count == Self.sampleMax {
      guard let last = sample.last, record.leafHash < last.leafHash else { return }
      sample.removeLast()
    }
    let place = sample.firstIndex { record.leafHash < $0.leafHash } ?? sample.endIndex
    sample.insert(record, at: place)
  }

  /// - Parameter none: why nothing was tested when the population is empty.
  func finding(_ statement: String, of population: String, none: String) -> TestFinding {
    TestFinding(
      statement: statement, population: population, count: count, sample: sample,
      result: exceptionCount > 0 ? .fail : count > 0 ? .pass : .notCovered,
      reason: count == 0 ? none : nil, exceptions: exceptions.sorted { $0.sequence < $1.sequence },
      exceptionCount: exceptionCount)
  }
}

/// What the ledger cannot show, and why.
struct Uncovered: Question {
  let statement: String
  let reason: String

  init(_ statement: String, because reason: String) {
    self.statement = statement
    self.reason = reason
  }

  mutating func examine(_ record: EvidenceRecord) {}

  func finding() -> TestFinding {
    TestFinding(
      statement: statement, population: "", count: 0, sample: [], result: .notCovered,
      reason: reason, exceptions: [], exceptionCount: 0)
  }
}
