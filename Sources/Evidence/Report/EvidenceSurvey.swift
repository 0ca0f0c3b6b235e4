public import JSON

/// Makes a report in one pass over the records.
///
/// ```swift
/// var survey = EvidenceSurvey(subject)
/// while let entry = try reader.next() { survey.examine(entry.position.sequence, entry.json, …) }
/// let report = survey.report()
/// ```
public struct EvidenceSurvey: Sendable {
  private var subject: EvidenceReport.Subject
  private var kinds: [String: Int] = [:]
  private var versions = VersionsInForce()
  private var questions: [(control: Control, asked: [any Question])]

  /// A survey before its first record.
  public init(_ subject: EvidenceReport.Subject) {
    self.subject = subject
    questions = Control.all.map { ($0, Questions.about($0.number)) }
  }

  /// Looks at the next record; all are shown from the oldest on, in order, until the end of the
  /// period.
  public mutating func examine(sequence: UInt64, json: [UInt8], root: JSONNode) {
    let time = root[member: "time"]?.int64 ?? .min
    let record = EvidenceRecord(
      sequence: sequence, json: json, root: root,
      isInPeriod: time >= subject.since && time < subject.until)
    subject.examined += 1
    if record.isInPeriod {
      subject.records += 1
      subject.first = subject.first ?? sequence
      subject.last = sequence
      kinds[record.text("kind") ?? "unknown", default: 0] += 1
    }
    versions.examine(record)
    for place in questions.indices {
      for index in questions[place].asked.indices {
        questions[place].asked[index].examine(record)
      }
    }
  }

  /// What was found.
  public func report() -> EvidenceReport {
    EvidenceReport(
      subject: subject, kinds: kinds, versions: versions.inForce,
      findings: questions.map { question in
        ControlFinding(control: question.control, tests: question.asked.map { $0.finding() })
      })
  }
}

/// Gathers which versions were in force in the period: those of the period, and the last before it.
struct VersionsInForce: Sendable {
  private var before: [String: VersionInForce] = [:]
  private var during: [VersionInForce] = []
  private var latest: [String: String] = [:]

  mutating func examine(_ record: EvidenceRecord) {
    switch record.text("kind") {
    case "policies", "entities", "agents":
      note(record.text("kind"), record.text("version"), record)
    case "lifecycle":
      note("configuration", record.text("configuration_version"), record)
    case "change" where record.text("event") == "applied" && record.text("of") == "configuration":
      note("configuration", record.text("after"), record)
    default: break
    }
  }

  private mutating func note(_ of: String?, _ version: String?, _ record: EvidenceRecord) {
    guard let of, let version, latest[of] != version else { return }
    latest[of] = version
    let found = VersionInForce(of: of, version: version, sequence: record.sequence)
    if record.isInPeriod { during.append(found) } else if during.isEmpty { before[of] = found }
  }

  var inForce: [VersionInForce] {
    (before.values + during).sorted { $0.sequence < $1.sequence }
  }
}
