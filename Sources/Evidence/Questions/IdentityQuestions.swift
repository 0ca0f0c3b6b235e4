internal import JSON

/// Every agent that was decided about was in the inventory of agents by then.
struct AgentsAreInventoried: Question {
  private var known: Set<String> = []
  private var hasInventory = false
  private var population = Population()

  mutating func examine(_ record: EvidenceRecord) {
    if record.isOf("agents") {
      // Pieces of one version follow each other; the first replaces what was known.
      if record.root[member: "part"]?.int64 == 0 { known = [] }
      hasInventory = true
      for agent in record.elements("agents") {
        if let name = agent[member: "agent"]?.string { known.insert(name) }
      }
    }
    guard hasInventory, record.isOf("decision"), let agent = record.agent else { return }
    // The command line's own agent is not configured.
    let isKnown = known.contains(agent) || record.text("transport") == "admin"
    population.add(record, wrong: isKnown ? nil : "the agent \(agent) is not in the inventory")
  }

  func finding() -> TestFinding {
    population.finding(
      "The agent is in the inventory of agents that was in force",
      of: "decisions after the first inventory of agents",
      none: "the ledger has no inventory of agents with decisions after it")
  }
}

/// Every decision says who asked, and by which credential.
struct CallsNameWhoAsked: Question {
  private var population = Population()

  mutating func examine(_ record: EvidenceRecord) {
    guard record.isOf("decision") else { return }
    let principal = record.root[member: "principal"]
    let wrong: String? =
      if principal?[member: "agent"]?.string == nil {
        "no agent"
      } else if record.text("transport") == "http", principal?[member: "credential"] == nil {
        "no fingerprint of the credential"
      } else {
        nil
      }
    population.add(record, wrong: wrong)
  }

  func finding() -> TestFinding {
    population.finding(
      "The agent is named, and over HTTP the fingerprint of its credential",
      of: "decisions", none: "no decision was made in the period")
  }
}

/// No credential was shown by two agents.
struct CredentialsAreNotShared: Question {
  private var owners: [String: String] = [:]
  private var population = Population()

  mutating func examine(_ record: EvidenceRecord) {
    guard record.isOf("decision"), let agent = record.agent,
      let credential = record.root[member: "principal"]?[member: "credential"]?.string
    else { return }
    let owner = owners[credential, default: agent]
    owners[credential] = owner
    population.add(
      record, wrong: owner == agent ? nil : "\(agent) shows the credential of \(owner)")
  }

  func finding() -> TestFinding {
    population.finding(
      "No other agent has shown the same credential",
      of: "decisions with the fingerprint of a credential",
      none: "no decision of the period has the fingerprint of a credential")
  }
}
