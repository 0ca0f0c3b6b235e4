import Audit
import Configuration
import Glibc
import JSON
import Ledger
import Logging

/// `sallyport audit list`: records of the ledger, oldest first. Reads the files, so it needs no
/// running gateway.
struct AuditListCommand {
  let filter: AuditFilter
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    let printer = AuditPrinter(isJSON: common.json, output: session.output)
    do {
      let wanted = try LedgerFilter(filter, now: LedgerRecord.now())
      let newest = try LedgerReader.newest(
        filter.count, in: DataDirectory(directories.data).ledger, matching: wanted)
      printer.show(newest.reversed())
      return .success
    } catch let error as AuditFilterError {
      session.report(error.reason)
      return .usage
    } catch {
      return session.reportLedger(error)
    }
  }
}

/// `sallyport audit tail`: the newest records, and with `--follow` those that come.
struct AuditTailCommand {
  private static let lookEveryMicroseconds: UInt32 = 200_000

  let follow: Bool
  let count: Int
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    let directory = DataDirectory(directories.data).ledger
    let printer = AuditPrinter(isJSON: common.json, output: session.output)
    do {
      // One is read even if none is to be shown: the place from where to follow.
      let newest = try LedgerReader.newest(max(count, 1), in: directory)
      printer.show(newest.prefix(count).reversed())
      guard follow else { return .success }
      var reader = try LedgerReader(
        directory: directory, from: newest.first.map { $0.position.sequence + 1 } ?? 0)
      while true {
        var came: [LedgerEntry] = []
        while came.count < 1000, let entry = try reader.next() { came.append(entry) }
        if came.isEmpty { usleep(Self.lookEveryMicroseconds) } else { printer.show(came) }
      }
    } catch {
      return session.reportLedger(error)
    }
  }
}

/// Prints records as JSON lines or for people.
struct AuditPrinter {
  let isJSON: Bool
  let output: Terminal

  func show(_ entries: [LedgerEntry]) {
    for entry in entries {
      Output.write(
        (isJSON ? String(decoding: entry.line, as: UTF8.self) : line(entry.document.root, entry))
          + "\n")
    }
  }

  private func line(_ record: JSONNode, _ entry: LedgerEntry) -> String {
    func text(_ member: String) -> String? {
      record[member: member].map { printable($0.string ?? $0.description) }
    }
    let time = UTCTimestamp(milliseconds: (record[member: "time"]?.int64 ?? 0) / 1000)
    let kind = text("kind") ?? "?"
    var words = ["\(entry.position.sequence)", "\(time)", verdict(kind, text)]
    let tool = [text("server"), text("tool")].compactMap { $0 }.joined(separator: "__")
    if !tool.isEmpty { words.append(output.styled(tool, .bold)) }
    if let method = text("method"), method != "tools/call" { words.append(method) }
    if let principal = record[member: "principal"] {
      let agent = principal[member: "agent"]?.string ?? "?"
      let human = principal[member: "human"]?.string
      words.append("by " + printable(agent) + (human.map { " for " + printable($0) } ?? ""))
    }
    if let policies = record[member: "policies"], policies.count > 0 {
      words.append(
        "(" + policies.elements.map { printable($0.string ?? "") }.joined(separator: ", ") + ")")
    }
    if let remedies = record[member: "remedies"], remedies.count > 0 {
      words.append(
        "needs " + remedies.elements.map { printable($0.string ?? "") }.joined(separator: ", "))
    }
    if let version = text("version"), kind == "policies" || kind == "entities" {
      words.append(contentsOf: [text("file"), "version \(version.prefix(12))"].compactMap(\.self))
      if let part = record[member: "part"]?.int64, let parts = text("parts"), parts != "1" {
        words.append("\(part + 1) of \(parts)")
      }
    }
    if let event = text("event") { words.append(event) }
    if let bytes = record[member: "result"]?[member: "bytes"]?.int64 { words.append("\(bytes) B") }
    if let shown = record[member: "shown"]?.int64 {
      let hidden = record[member: "hidden_count"]?.int64 ?? 0
      words.append("\(shown) shown, \(hidden) held back")
    }
    if kind == "change", let subject = text("of") { words.append(subject) }
    if let took = record[member: "duration_us"]?.int64, kind == "outcome" {
      words.append("\(took) µs")
    }
    for member in ["reason", "error"] { if let why = text(member) { words.append("– \(why)") } }
    if let call = text("call") { words.append(output.styled("call \(call.suffix(12))", .dim)) }
    return words.joined(separator: "  ")
  }

  private func verdict(_ kind: String, _ text: (String) -> String?) -> String {
    func padded(_ word: String, _ style: Terminal.Style) -> String {
      output.styled(word + String(repeating: " ", count: max(0, 10 - word.count)), style)
    }
    switch kind {
    case "decision":
      let decision = text("decision") ?? "?"
      let style: Terminal.Style =
        switch decision {
        case "allow": .green
        case "ask": .yellow
        default: .red
        }
      return padded(decision, style)
    case "outcome":
      let status = text("status") ?? "?"
      return padded(status, status == "ok" ? .green : .yellow)
    case "refused": return padded(text("refusal") ?? "refused", .red)
    default: return padded(kind, .cyan)
    }
  }
}

/// Why a filter cannot be used.
struct AuditFilterError: Error { let reason: String }

extension LedgerFilter {
  /// - Parameter now: microseconds since 1970, from which `30m` counts back.
  init(_ filter: AuditFilter, now: Int64) throws(AuditFilterError) {
    self.init(
      server: filter.server, agent: filter.agent, call: filter.call,
      since: filter.since?.microseconds(before: now),
      until: filter.until?.microseconds(before: now))
    if let kind = filter.kind {
      guard let known = LedgerRecord.Kind(rawValue: kind) else {
        throw AuditFilterError(
          reason: "no records are of kind `\(kind)`; kinds are "
            + LedgerRecord.Kind.allCases.map(\.rawValue).joined(separator: ", "))
      }
      kinds = [known]
    }
    if let decision = filter.decision {
      guard let known = DecisionRecord.Decision(rawValue: decision) else {
        throw AuditFilterError(
          reason: "no decision is `\(decision)`; decisions are "
            + DecisionRecord.Decision.allCases.map(\.rawValue).joined(separator: ", "))
      }
      self.decision = known
    }
    // A person names a tool as clients do.
    if let tool = filter.tool {
      let parts = tool.split(separator: "_", omittingEmptySubsequences: false)
      if let gap = parts.dropFirst().firstIndex(of: ""), filter.server == nil {
        server = parts[..<gap].joined(separator: "_")
        self.tool = parts[(gap + 1)...].joined(separator: "_")
      } else {
        self.tool = tool
      }
    }
  }
}

extension Session {
  /// Says why the ledger cannot be read.
  func reportLedger(_ error: any Error) -> ExitCode {
    report(
      "the ledger cannot be read: \(error)",
      hint: "it is made when `sallyport serve` or `sallyport stdio` first runs")
    return .failure
  }
}
