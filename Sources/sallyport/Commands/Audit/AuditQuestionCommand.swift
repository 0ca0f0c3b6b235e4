import Audit
import Ledger

/// A question about the ledger: `sallyport audit graph`, `who` and so on. Needs no running gateway.
struct AuditQuestionCommand {
  let question: AuditQuestion
  let format: GraphFormat
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    guard let (index, found) = session.auditIndex(directories) else { return .failure }
    do throws(AuditError) {
      let code = try answer(from: index, found)
      return found.stopped == nil ? code : .failure
    } catch {
      session.reportIndex(error)
      return .failure
    }
  }

  private func answer(from index: AuditIndex, _ found: CatchUp) throws(AuditError) -> ExitCode {
    let now = LedgerRecord.now()
    switch question {
    case .graph(let question):
      let graph = try question.answer(from: index, now: now)
      guard !graph.calls.isEmpty || format == .json else {
        session.report(
          "the ledger has no such calls",
          hint: "`sallyport audit list --kind decision` shows what there is")
        return .failure
      }
      Output.write(graph.drawn(as: format))
    case .who(let question): try show(question.answer(from: index, now: now)) { $0.table }
    case .boundary(let question): try show(question.answer(from: index, now: now)) { $0.table }
    case .touched(let question): try show(question.answer(from: index, now: now)) { $0.table }
    case .approvals(let question): try show(question.answer(from: index, now: now)) { $0.table }
    case .unused(let question): try show(question.answer(from: index, now: now)) { $0.table }
    case .changes(let question):
      let answer = try question.answer(from: index, now: now)
      if common.json { write(answer) } else { ChangesText(output: session.output).show(answer) }
    case .gaps(let question):
      var answer = try question.answer(from: index, now: now)
      if let reason = found.stopped {
        let next = try index.records()
        answer.add(damage: "\(reason)", at: next)
      }
      show(answer) { $0.table }
      return answer.hasFaults ? .failure : .success
    }
    return .success
  }

  private func show<Answer: LedgerAnswer>(_ answer: Answer, _ table: (Answer) -> AnswerTable) {
    if common.json { return write(answer) }
    let shown = table(answer)
    if shown.table.rows.isEmpty {
      Output.write("\(printable(shown.nothing))\n")
    } else {
      Output.write(shown.table.render(on: session.output))
    }
    for note in shown.notes { Output.writeError("\(printable(note))\n") }
  }

  private func write(_ answer: some LedgerAnswer) {
    Output.write(String(decoding: answer.json, as: UTF8.self) + "\n")
  }
}
