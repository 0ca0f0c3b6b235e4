internal import JSON

/// An erasure says who wanted it and why.
struct ErasuresAreReasoned: Question {
  private var population = Population()

  mutating func examine(_ record: EvidenceRecord) {
    guard record.isOf("erasure") else { return }
    let hasActor = record.root[member: "actor"] != nil
    population.add(
      record,
      wrong: !hasActor ? "nobody is named" : record.text("reason") == nil ? "no reason" : nil)
  }

  func finding() -> TestFinding {
    population.finding(
      "Who erased and why is on record", of: "erasures", none: "nothing was erased in the period")
  }
}

/// What was let go by age was let go by a rule, after a checkpoint.
struct RetentionFollowsRules: Question {
  private var population = Population()

  mutating func examine(_ record: EvidenceRecord) {
    guard record.isOf("retention") else { return }
    let missing = (["rule", "checkpoint"] as [StaticString]).first { record.text($0) == nil }
    population.add(record, wrong: missing.map { "no \($0)" })
  }

  func finding() -> TestFinding {
    population.finding(
      "The rule and the last checkpoint before it are named", of: "retention records",
      none: "nothing was let go by a rule in the period")
  }
}

/// Payloads stand beside the records, where they can be erased.
struct PayloadsAreBeside: Question {
  private var population = Population()

  mutating func examine(_ record: EvidenceRecord) {
    guard record.isInPeriod else { return }
    for member: StaticString in ["arguments", "result"] {
      guard let payload = record.root[member: member] else { continue }
      let isDescription = payload[member: "bytes"]?.int64 != nil && payload[member: "kept"] != nil
      population.add(record, wrong: isDescription ? nil : "\(member) stand in the record itself")
      return
    }
  }

  func finding() -> TestFinding {
    population.finding(
      "Arguments and results are beside the record, which has their digest and shape only",
      of: "records with arguments or results", none: "no record of the period has either")
  }
}
