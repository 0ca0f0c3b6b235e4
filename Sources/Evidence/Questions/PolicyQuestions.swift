internal import JSON

/// Nothing was allowed that no policy permitted.
struct AllowsNamePolicies: Question {
  private var population = Population()

  mutating func examine(_ record: EvidenceRecord) {
    guard record.isAllowedCall else { return }
    let policies = record.root[member: "policies"]?.count ?? 0
    population.add(record, wrong: policies > 0 ? nil : "no policy is named")
  }

  func finding() -> TestFinding {
    population.finding(
      "The policies that permitted it are named", of: "allowed calls",
      none: "no call was allowed in the period")
  }
}

/// The sources of the policies stand in the ledger before the decisions that they made.
struct PolicyVersionsAreOnRecord: Question {
  /// Files by version, with the parts that are still missing.
  private var versions: [String: [String: Int64]] = [:]
  private var population = Population()

  mutating func examine(_ record: EvidenceRecord) {
    if record.isOf("policies"), let version = record.text("version"), let file = record.text("file")
    {
      let parts = record.root[member: "parts"]?.int64 ?? 1
      versions[version, default: [:]][file, default: parts] -= 1
    }
    guard record.isOf("decision"), let version = record.text("policy_version") else { return }
    let wrong: String? =
      if let files = versions[version] {
        files.values.contains { $0 > 0 } ? "parts of policy version \(version) are missing" : nil
      } else {
        "policy version \(version) is not on record"
      }
    population.add(record, wrong: wrong)
  }

  func finding() -> TestFinding {
    population.finding(
      "The sources of the policies in force are on record before", of: "decisions",
      none: "no decision of the period names the policies in force")
  }
}

/// Every change says who made it.
struct ChangesNameWhoMadeThem: Question {
  private var population = Population()

  mutating func examine(_ record: EvidenceRecord) {
    guard record.isOf("change"), ["policies", "configuration"].contains(record.text("of")) else {
      return
    }
    let actor = record.root[member: "actor"]
    let isNamed = actor?[member: "user"] != nil || actor?[member: "via"] != nil
    population.add(record, wrong: isNamed ? nil : "nobody is named")
  }

  func finding() -> TestFinding {
    population.finding(
      "Who made the change, or by which way it came, is named",
      of: "changes of configuration and policies, applied and refused",
      none: "nothing was changed in the period")
  }
}

/// Each applied change begins with what the last one ended with.
struct ChangesFollowEachOther: Question {
  private var last: [String: String] = [:]
  private var population = Population()

  mutating func examine(_ record: EvidenceRecord) {
    if record.isOf("lifecycle", "event", "started") {
      // What changed while no gateway ran has no record of its own.
      last = [:]
      last["policies"] = record.text("policy_version")
      last["configuration"] = record.text("configuration_version")
    }
    guard record.isOf("change", "event", "applied"), let subject = record.text("of"),
      let before = record.text("before")
    else { return }
    let expected = last[subject]
    last[subject] = record.text("after")
    population.add(
      record,
      wrong: expected.map { $0 == before } ?? true
        ? nil : "it begins with another version of \(subject) than the last change ended with")
  }

  func finding() -> TestFinding {
    population.finding(
      "It begins with the version that the last one, or the start of the gateway, ended with",
      of: "applied changes",
      none: "nothing was changed in the period")
  }
}
