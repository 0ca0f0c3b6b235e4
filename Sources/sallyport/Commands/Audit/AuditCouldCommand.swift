import Admin
import Audit
import Configuration
import Gate
import Identity
import Ledger

/// `sallyport audit could`. Needs no running gateway.
struct AuditCouldCommand {
  let question: AccessQuestion
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    guard let (index, found) = session.auditIndex(directories) else { return .failure }
    do {
      let answer = try question.answer(
        from: index, ledger: DataDirectory(directories.data).ledger, now: LedgerRecord.now())
      show(answer, answer.table)
      return found.stopped == nil ? .success : .failure
    } catch {
      session.report(
        "\(error)",
        hint: "`sallyport audit changes` shows when policies, tools and agents became others")
      return .failure
    }
  }

  private func show(_ answer: AccessAnswer, _ shown: AnswerTable) {
    if common.json { return Output.write(String(decoding: answer.json, as: UTF8.self) + "\n") }
    if shown.table.rows.isEmpty {
      Output.write("\(printable(shown.nothing))\n")
    } else {
      Output.write(shown.table.render(on: session.output))
    }
    for note in shown.notes { Output.writeError("\(printable(note))\n") }
  }
}

extension AccessAnswer {
  fileprivate var table: AnswerTable {
    var table = AnswerTable(
      ["AGENT", "FOR", "ROLES", "COULD", "BECAUSE", "DEPENDS ON"], nothing: "nobody might connect")
    for row in rows {
      table.add([
        .init(row.principal.agent, .bold), .init(row.principal.human ?? ""),
        .init(row.principal.roles.joined(separator: ", ")), row.cell, .init(row.because),
        .init(row.residuals.map(\.policy).joined(separator: ", ")),
      ])
    }
    table.notes.append(
      "at \(AnswerTable.time(time)): policies \(versions.policies.version.prefix(12)), tools"
        + " \(versions.entities.version.prefix(12)), agents \(versions.agents.version.prefix(12))")
    if environment == .unknown, rows.contains(where: { $0.answer == .depends }) {
      table.notes.append("which environment it had is not on record: taken as not known")
    }
    return table
  }
}

extension Access {
  fileprivate var cell: TextTable.Cell {
    switch answer {
    case .yes: .init("yes", .green)
    case .no: .init("no", .red)
    case .ask: .init("after \(remedies.joined(separator: " and "))", .yellow)
    case .depends: .init("depends", .yellow)
    }
  }

  fileprivate var because: String {
    let texts = policies.isEmpty && answer == .no ? ["no permit"] : policies
    return (texts + errors).joined(separator: ", ")
  }
}
