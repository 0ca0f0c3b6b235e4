import JSON

extension Session {
  /// Shows an explanation; the exit code says what was decided.
  func show(explanation: JSONDocument, isJSON: Bool) -> ExitCode {
    let root = explanation.root
    Output.write(
      isJSON ? root.description + "\n" : ExplanationText(output: output).text(of: root))
    return root[member: "decision"]?.equals("allow") == true ? .success : .denied
  }
}

/// An explanation for people.
struct ExplanationText {
  let output: Terminal

  func text(of root: JSONNode) -> String {
    let decision = string(root, "decision")
    var text = output.styled(decision, decision == "allow" ? .green : .red)
    text += "  \(string(root, "principal"))  \(string(root, "action"))\n"
    for (title, member) in [
      ("determined by", "policies"), ("needs", "remedies"), ("errors", "errors"),
    ] {
      let values = strings(root, member)
      if !values.isEmpty { text += "  \(title): \(values.joined(separator: ", "))\n" }
    }
    let candidates = root[member: "candidates"]?.elements.map { $0 } ?? []
    text +=
      candidates.isEmpty ? "\nno policy has this call in its scope\n" : "\npolicies in scope\n"
    for policy in candidates { text += self.policy(policy) }
    if let nearest = root[member: "nearestPermit"],
      nearest[member: "outcome"]?.equals("outOfScope") == true
    {
      text += "\nnearest permit\n" + policy(nearest)
    }
    let changes = strings(root, "toAllow")
    if !changes.isEmpty { text += "\nwhat would allow it\n" }
    for change in changes { text += "  - \(change)\n" }
    return text
  }

  private func policy(_ node: JSONNode) -> String {
    let outcome = string(node, "outcome")
    var text = "  \(mark(outcome)) \(string(node, "effect")) "
    text += output.styled(string(node, "policy"), .bold)
    if node[member: "determining"]?.bool == true { text += " (determining)" }
    text += output.styled("  \(string(node, "place"))", .dim) + "\n"
    if outcome == "failed" { text += "      failed: \(string(node, "reason"))\n" }
    for mismatch in node[member: "scope"]?.elements.map({ $0 }) ?? [] {
      text += "      ✗ \(string(mismatch, "constraint")): it is \(string(mismatch, "found"))\n"
    }
    for condition in node[member: "conditions"]?.elements.map({ $0 }) ?? [] {
      for part in condition[member: "parts"]?.elements.map({ $0 }) ?? [] {
        text += self.part(part, of: string(condition, "kind"))
      }
    }
    return text
  }

  private func part(_ node: JSONNode, of kind: String) -> String {
    let value = node[member: "value"]?.bool
    let sign = value.map { $0 ? "true " : "false" } ?? "–    "
    var text = "      \(kind) \(output.styled(sign, .dim)) \(string(node, "expression"))\n"
    if value == nil { text += "          \(string(node, "failed"))\n" }
    for reading in node[member: "read"]?.elements.map({ $0 }) ?? [] {
      let value = reading[member: "value"].map { printable($0.string ?? "") } ?? "absent"
      text += output.styled("          \(string(reading, "expression")) = \(value)", .dim) + "\n"
    }
    return text
  }

  private func mark(_ outcome: String) -> String {
    switch outcome {
    case "satisfied": "✓"
    case "failed": "!"
    default: "✗"
    }
  }

  private func string(_ node: JSONNode, _ member: String) -> String {
    printable(node[member: member]?.string ?? "")
  }

  private func strings(_ node: JSONNode, _ member: String) -> [String] {
    node[member: member]?.elements.map { printable($0.string ?? "") } ?? []
  }
}
