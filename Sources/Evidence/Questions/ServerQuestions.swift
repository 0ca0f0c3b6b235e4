internal import JSON

/// What calls went to was known to the gate: in the entities that policies could ask about.
struct ToolsAreRegistered: Question {
  private var known: Set<String> = []
  private var hasEntities = false
  private var population = Population()

  mutating func examine(_ record: EvidenceRecord) {
    if record.isOf("entities") {
      hasEntities = true
      for entity in record.elements("entities") {
        let uid = entity[member: "uid"]
        let typed = uid?[member: "__entity"] ?? uid
        guard typed?[member: "type"]?.equals("Sallyport::Tool") == true else { continue }
        if let id = typed?[member: "id"]?.string { known.insert(id) }
      }
    }
    guard hasEntities, record.isAllowedCall, let tool = record.tool else { return }
    population.add(record, wrong: known.contains(tool) ? nil : "\(tool) was never registered")
  }

  func finding() -> TestFinding {
    population.finding(
      "Server and tool were registered before", of: "allowed calls",
      none: "no call was allowed in the period")
  }
}

/// Each tool that was called has its digest and its effect on record.
struct ToolsHaveDigestAndEffect: Question {
  private var population = Population()

  mutating func examine(_ record: EvidenceRecord) {
    guard record.isAllowedCall else { return }
    let missing = (["tool_digest", "effect"] as [StaticString]).filter { record.text($0) == nil }
    population.add(
      record,
      wrong: missing.isEmpty ? nil : "no " + missing.map { "\($0)" }.joined(separator: ", no "))
  }

  func finding() -> TestFinding {
    population.finding(
      "The digest of the tool's definition and its effect are on record", of: "allowed calls",
      none: "no call was allowed in the period")
  }
}

/// Nothing was called whose definition was held back, and nothing in another definition than the
/// one that was approved.
struct CallsMeetApprovedDefinitions: Question {
  private enum State {
    case approved(String?)
    case held(String)
  }

  private var states: [String: State] = [:]
  private var population = Population()

  mutating func examine(_ record: EvidenceRecord) {
    if record.isOf("pin"), let tool = record.tool, let event = record.text("event") {
      states[tool] = event == "approved" ? .approved(record.text("after")) : .held(event)
    }
    guard record.isAllowedCall, let tool = record.tool, let state = states[tool] else { return }
    let wrong: String? =
      switch state {
      case .held(let event): "the definition was \(event)"
      case .approved(let digest?) where record.text("tool_digest") != digest:
        "the definition is not the one that was approved"
      case .approved: nil
      }
    population.add(record, wrong: wrong)
  }

  func finding() -> TestFinding {
    population.finding(
      "The tool's definition is the one that was approved last, and is not held back",
      of: "allowed calls of tools whose definitions are pinned",
      none: "no tool with a pinned definition was called in the period")
  }
}
