internal import JSON

/// An approval that was used had been given, for the same arguments, and had not ended.
struct UsedApprovalsWereGiven: Question {
  private struct Grant {
    var digest: String?
    var expires: Int64?
  }

  private var grants: [String: Grant] = [:]
  private var population = Population()

  mutating func examine(_ record: EvidenceRecord) {
    guard record.isOf("approval"), let id = record.text("approval") else { return }
    switch record.text("event") {
    case "approved", "confirmed":
      grants[id] = Grant(
        digest: record.text("arguments_digest"), expires: record.root[member: "expires"]?.int64)
    case "denied", "expired", "revoked": grants[id] = nil
    case "used":
      let grant = grants[id]
      grants[id] = nil
      population.add(record, wrong: Self.wrong(record, grant))
    default: break
    }
  }

  private static func wrong(_ record: EvidenceRecord, _ grant: Grant?) -> String? {
    guard let grant else { return "it was not in force" }
    guard let digest = record.text("arguments_digest"), digest == grant.digest else {
      return "it was given for other arguments"
    }
    guard let expires = grant.expires, let time = record.root[member: "time"]?.int64 else {
      return nil
    }
    return time <= expires ? nil : "it had expired"
  }

  func finding() -> TestFinding {
    population.finding(
      "It had been given for the same arguments, was used once, and had not ended",
      of: "approvals that were used", none: "no approval was used in the period")
  }
}

/// Nobody approved what an agent did for the same person.
struct DutiesAreSeparated: Question {
  private var population = Population()

  mutating func examine(_ record: EvidenceRecord) {
    guard record.isOf("approval", "event", "approved") else { return }
    let human = record.root[member: "principal"]?[member: "human"]?.string
    let approver = record.text("approver")
    let wrong: String? =
      approver == nil
      ? "no approver is named" : approver == human ? "\(human ?? "") approved for themselves" : nil
    population.add(record, wrong: wrong)
  }

  func finding() -> TestFinding {
    population.finding(
      "The approver is named and is not the person whom the agent acts for",
      of: "approvals that were given", none: "no approval was given in the period")
  }
}
