import Audit
import Logging

/// An answer for people: a table, what is said when it is empty, and notes for standard error.
struct AnswerTable {
  var table: TextTable
  var nothing: String
  var notes: [String] = []

  init(_ titles: [String], nothing: String) {
    // Counts and bytes stand to the right; so do titles that say so.
    table = TextTable(
      titles.map { title in
        title.hasPrefix(">")
          ? .init(title: String(title.dropFirst()), alignment: .trailing) : .init(title: title)
      })
    self.nothing = nothing
  }

  mutating func add(_ cells: [TextTable.Cell]) { table.add(cells) }

  /// Notes that rows were left out.
  mutating func note(omitted: Int) {
    if omitted > 0 { notes.append("… and \(omitted) more; `--limit` shows them") }
  }

  static func time(_ microseconds: Int64?) -> String {
    guard let microseconds else { return "" }
    let text = UTCTimestamp(milliseconds: microseconds / 1000).description
    return String(text.prefix(19)) + "Z"
  }

  static func seconds(_ microseconds: Int64?) -> String {
    guard let microseconds else { return "" }
    let tenths = (microseconds + 50_000) / 100_000
    return "\(tenths / 10).\(tenths % 10) s"
  }
}

extension WhoAnswer {
  var table: AnswerTable {
    var table = AnswerTable(
      [
        "AGENT", "FOR", "SKILL", "TOOL", ">ALLOWED", ">DENIED", ">ASKED", "FIRST", "LAST",
        "LAST CALL",
      ], nothing: "nobody did that")
    for row in rows {
      let tool = [row.server, row.tool].compactMap(\.self).joined(separator: "__")
      table.add([
        .init(row.agent ?? ""), .init(row.human ?? ""), .init(row.skill.short), .init(tool, .bold),
        .init("\(row.allowed)"), .init("\(row.denied)", row.denied > 0 ? .red : nil),
        .init("\(row.asked)", row.asked > 0 ? .yellow : nil),
        .init(AnswerTable.time(row.first)), .init(AnswerTable.time(row.last)),
        .init(row.lastCall, .dim),
      ])
    }
    table.note(omitted: omitted)
    return table
  }
}

extension BoundaryAnswer {
  var table: AnswerTable {
    var table = AnswerTable(
      ["SERVER", "AGENT", "EFFECT", ">CALLS", ">IN DOUBT", ">BYTES OUT", ">BYTES IN", "LAST"],
      nothing: "no call left")
    for row in rows {
      table.add([
        .init(row.server, .bold), .init(row.agent ?? ""), .init(row.effect ?? ""),
        .init("\(row.calls)"), .init("\(row.inDoubt)", row.inDoubt > 0 ? .yellow : nil),
        .init("\(row.sent)"), .init("\(row.received)"), .init(AnswerTable.time(row.last)),
      ])
    }
    for export in exports {
      let range = "records \(export.first ?? 0) to \(export.last ?? 0)"
      table.notes.append(
        "the ledger was exported at \(AnswerTable.time(export.time)): \(range) as"
          + " \(export.format ?? "?") to \(export.destination ?? "?") by \(export.user ?? "?")")
    }
    return table
  }
}

extension TouchedAnswer {
  var table: AnswerTable {
    var table = AnswerTable(
      ["", "NAME", ">DIRECT", ">REACHED", ">BYTES OUT", ">BYTES IN", "FIRST", "LAST"],
      nothing: "\(subject) \(name) touched nothing")
    for row in rows {
      table.add([
        .init(row.kind.rawValue), .init(row.name, .bold), .init("\(row.tally.direct)"),
        .init("\(row.tally.reached)"), .init("\(row.tally.sent)"), .init("\(row.tally.received)"),
        .init(AnswerTable.time(row.tally.first)), .init(AnswerTable.time(row.tally.last)),
      ])
    }
    table.notes.append(
      "allowed calls of its own: \(direct), that they may have led to: \(reached), sessions:"
        + " \(sessions), runs: \(runs); of its own denied or asked about: \(denied), refused:"
        + " \(refused)"
        + (approvals > 0 ? "; approvals answered: \(approvals)" : ""))
    table.note(omitted: omitted)
    return table
  }
}

extension ApprovalsAnswer {
  var table: AnswerTable {
    var table = AnswerTable(
      [
        "APPROVER", ">ANSWERED", ">APPROVED", ">DENIED", ">MEDIAN", ">P90",
        ">UNDER \(fastSeconds) S",
        ">A DAY", ">IN ONE HOUR", "LAST",
      ], nothing: "nobody answered")
    for row in rows {
      let tenths = Int((row.perDay * 10).rounded())
      table.add([
        .init(row.approver, .bold), .init("\(row.answered)"), .init("\(row.approved)"),
        .init("\(row.denied)"), .init(AnswerTable.seconds(row.medianWaited)),
        .init(AnswerTable.seconds(row.p90Waited)),
        .init("\(row.fast)", row.fast > 0 ? .yellow : nil), .init("\(tenths / 10).\(tenths % 10)"),
        .init("\(row.busiestHour)"), .init(AnswerTable.time(row.last)),
      ])
    }
    let counts = events.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    if !counts.isEmpty { table.notes.append("records: \(counts.joined(separator: ", "))") }
    return table
  }
}

extension UnusedAnswer {
  var table: AnswerTable {
    var table = AnswerTable(
      ["PERMIT", "LAST USED", ">USES", "PLACE"],
      nothing: problem == nil && policyVersion != nil
        ? "all \(permits) permits in force were used" : "it cannot be told")
    for row in rows {
      table.add([
        .init(row.policy, .bold), .init(row.lastUsed.map { AnswerTable.time($0) } ?? "never"),
        .init("\(row.uses)"), .init("\(row.file):\(row.line)"),
      ])
    }
    if let problem { table.notes.append(problem) }
    if policyVersion == nil { table.notes.append("no record says which policies are in force") }
    if !isWhole {
      table.notes.append(
        "the ledger goes back to \(AnswerTable.time(ledgerStart)) only, not to"
          + " \(AnswerTable.time(since))")
    }
    if let inForceSince, inForceSince > since {
      table.notes.append(
        "these policies are in force since \(AnswerTable.time(inForceSince)) only")
    }
    if !listPermits.isEmpty {
      table.notes.append(
        "not looked at, since decisions about lists name no policies: "
          + listPermits.joined(separator: ", "))
    }
    if isCut { table.notes.append("some decisions name only the first of their policies") }
    return table
  }
}

extension GapsAnswer {
  var table: AnswerTable {
    var table = AnswerTable(
      ["", ">RECORD", "TIME", "CALL", "WHAT"], nothing: "no gaps in \(records) records")
    for row in rows {
      let records = row.last.map { "\(row.sequence)–\($0)" } ?? "\(row.sequence)"
      table.add([
        .init(
          row.kind.rawValue.replacing("_", with: " "), row.isFault ? .yellow : .dim),
        .init(records), .init(AnswerTable.time(row.time)),
        .init(row.call ?? "", .dim), .init(row.detail),
      ])
    }
    table.note(omitted: omitted)
    return table
  }
}
