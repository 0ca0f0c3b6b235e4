internal import JSON

/// The records follow each other without a gap.
struct SequencesHaveNoGap: Question {
  private var last: UInt64?
  private var population = Population()

  mutating func examine(_ record: EvidenceRecord) {
    let expected = last.map { $0 + 1 }
    last = record.sequence
    population.add(
      record,
      wrong: expected.map { $0 == record.sequence } ?? true
        ? nil : "\(expected ?? 0) to \(record.sequence - 1) are missing before it")
  }

  func finding() -> TestFinding {
    population.finding(
      "It has the sequence after the one before it", of: "records",
      none: "the period has no records")
  }
}

/// Every allowed call came to an end, and nothing ended that was not allowed.
struct AllowedCallsHaveOutcomes: Question {
  private struct Pending {
    var sequence: UInt64
    var leafHash: String
  }

  private var pending: [String: Pending] = [:]
  private var population = Population()

  mutating func examine(_ record: EvidenceRecord) {
    guard let call = record.text("call") else { return }
    if record.isAllowedCall {
      guard record.isInPeriod else { return pending[call] = nil }
      pending[call] = Pending(sequence: record.sequence, leafHash: record.leafHash)
    } else if record.isOf("outcome"), let decision = pending.removeValue(forKey: call) {
      population.add(sequence: decision.sequence, leafHash: decision.leafHash, wrong: nil)
    }
  }

  func finding() -> TestFinding {
    var all = population
    for decision in pending.values.sorted(by: { $0.sequence < $1.sequence }) {
      all.add(
        sequence: decision.sequence, leafHash: decision.leafHash,
        wrong: "no outcome is on record: the call is in doubt")
    }
    return all.finding(
      "Its outcome is on record", of: "allowed calls", none: "no call was allowed in the period")
  }
}

/// The gateway did not come up with a damaged ledger, and its clock did not jump.
struct NothingWasRecovered: Question {
  private var population = Population()

  mutating func examine(_ record: EvidenceRecord) {
    guard record.isOf("lifecycle") else { return }
    let wrong: String? =
      switch record.text("event") {
      case "ledger_recovered": "the ledger was recovered: " + (record.text("reason") ?? "")
      case "clock_stepped": "the clock was stepped: " + (record.text("reason") ?? "")
      default: nil
      }
    population.add(record, wrong: wrong)
  }

  func finding() -> TestFinding {
    population.finding(
      "It is neither a recovery of the ledger nor a step of the clock", of: "lifecycle records",
      none: "the period has no lifecycle records")
  }
}

/// A decision can be made again from the ledger alone.
struct CallsCanBeDecidedAgain: Question {
  private var policies: Set<String> = []
  private var entities: Set<String> = []
  private var population = Population()

  mutating func examine(_ record: EvidenceRecord) {
    if let version = record.text("version") {
      if record.isOf("policies") { policies.insert(version) }
      if record.isOf("entities") { entities.insert(version) }
    }
    guard record.isOf("decision"), record.text("method") == "tools/call" else { return }
    population.add(record, wrong: wrong(record))
  }

  private func wrong(_ record: EvidenceRecord) -> String? {
    guard policies.contains(record.text("policy_version") ?? "") else {
      return "its policies are not on record"
    }
    guard entities.contains(record.text("entities_version") ?? "") else {
      return "its entities are not on record"
    }
    if record.root[member: "truncated"]?.bool == true { return "its request was cut" }
    guard let arguments = record.root[member: "arguments"] else {
      return "its arguments are not on record"
    }
    return arguments[member: "kept"]?.equals("full") == true
      ? nil : "its arguments are not kept in full"
  }

  func finding() -> TestFinding {
    population.finding(
      "Policies, entities and arguments are whole, so that it can be made again",
      of: "decisions about calls", none: "no call was decided in the period")
  }
}
