import Audit
import Configuration
import Gate
import Identity
import JSON
import Ledger

/// `sallyport policy diff`
struct PolicyDiffCommand {
  let old: String
  let new: String
  let agent: String?
  let since: AuditTime?
  let until: AuditTime?
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    do {
      let policies = (try PolicyFiles.load(from: old), try PolicyFiles.load(from: new))
      let wanted = try LedgerFilter(
        AuditFilter(kind: "decision", agent: agent, since: since, until: until),
        now: LedgerRecord.now())
      let tally = try compare(
        policies, wanted, in: DataDirectory(directories.data).ledger)
      summarize(tally)
      return tally.changed > 0 ? .failure : .success
    } catch let error as PolicyFilesError {
      for problem in error.problems { Output.writeError("\(problem)\n") }
      return .configuration
    } catch {
      session.report("the ledger cannot be read: \(error)")
      return .failure
    }
  }

  private struct Tally {
    var compared = 0
    var changed = 0
    /// Calls that cannot be decided again, by the reason.
    var skipped: [String: Int] = [:]
  }

  private func compare(
    _ policies: (old: Policies, new: Policies), _ wanted: LedgerFilter, in directory: String
  ) throws -> Tally {
    var reader = try LedgerReader(directory: directory)
    var history = DecisionHistory()
    var tally = Tally()
    while let entry = try reader.next() {
      do {
        try history.add(entry)
        guard wanted.matches(entry.document.root), let recorded = try RecordedDecision(entry)
        else { continue }
        let entities = try history.entities(of: recorded)
        let before = try recorded.request.decide(with: policies.old, entities: entities)
        let after = try recorded.request.decide(with: policies.new, entities: entities)
        tally.compared += 1
        if before.decision != after.decision {
          tally.changed += 1
          show(entry, recorded, before, after)
        }
      } catch let error as ReplayError {
        tally.skipped[error.description, default: 0] += 1
      }
    }
    return tally
  }

  private func show(
    _ entry: LedgerEntry, _ recorded: RecordedDecision, _ before: PolicyVerdict,
    _ after: PolicyVerdict
  ) {
    let call = entry.document.root[member: "call"]?.string ?? ""
    if common.json {
      Output.write(
        JSONText.object([
          ("sequence", "\(recorded.position.sequence)"), ("call", JSONText.string(call)),
          ("agent", JSONText.string(recorded.request.principal.agent)),
          ("tool", JSONText.string(recorded.request.subject.publicID)),
          ("old", JSONText.string(before.decision.rawValue)),
          ("new", JSONText.string(after.decision.rawValue)),
          ("oldPolicies", list(before.policies)), ("newPolicies", list(after.policies)),
        ]) + "\n")
      return
    }
    Output.write(
      "\(recorded.position.sequence)  \(told(before)) → \(told(after))  "
        + session.output.styled(printable(recorded.request.subject.publicID), .bold)
        + "  by \(printable(recorded.request.principal.agent))"
        + session.output.styled("  call \(call.suffix(12))", .dim) + "\n")
  }

  private func told(_ verdict: PolicyVerdict) -> String {
    let style: Terminal.Style = verdict.decision == .allow ? .green : .red
    let policies = verdict.policies.map(printable).joined(separator: ", ")
    return session.output.styled(verdict.decision.rawValue, style)
      + (policies.isEmpty ? "" : " (\(policies))")
  }

  private func list(_ texts: [String]) -> String {
    "[" + texts.map(JSONText.string).joined(separator: ",") + "]"
  }

  private func summarize(_ tally: Tally) {
    var text = "\(tally.compared) calls compared, \(tally.changed) decided otherwise"
    for (reason, count) in tally.skipped.sorted(by: { $0.key < $1.key }) {
      text += "\n\(count) left out: \(printable(reason))"
    }
    Output.writeError(text + "\n")
  }
}
