import Audit
import Configuration
import JSON
import Ledger

/// `sallyport audit retain`
struct RetainCommand {
  let retention: EvidenceInvocation.Retention
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    do {
      let exported =
        retention.isOfPayloads ? 0 : try Exports.upTo(DataDirectory(directories.data).ledger)
      let rule = RetentionRule(
        of: retention.isOfPayloads ? .payloads : .records,
        before: retention.age?.microseconds(before: LedgerRecord.now()),
        bytesMax: retention.bytesMax, exportedUpTo: exported, words: words)
      let answer = try LedgerAccess(directories: directories, common: common, session: session)
        .perform("/v1/ledger/retain", body: body(rule)) { ledger, actor throws(LedgerError) in
          try await ledger.retain(rule, actor: actor).json
        }
      tell(answer, exported)
      return .success
    } catch {
      return session.report(ledger: error)
    }
  }

  private var subject: String { retention.isOfPayloads ? "payloads" : "records" }

  private var words: String {
    var words: [String] = []
    switch retention.age {
    case .ago(let milliseconds): words.append("older than \(milliseconds / 86_400_000)d")
    case .at(let unix): words.append("before \(unix) ms since 1970")
    case nil: break
    }
    if let bytes = retention.bytesMax { words.append("beyond \(bytes) bytes") }
    return "\(subject) \(words.joined(separator: ", or "))"
  }

  private func tell(_ answer: JSONNode, _ exported: UInt64) {
    if common.json { return Output.write(answer.description + "\n") }
    guard let first = answer[member: "first"]?.description,
      let last = answer[member: "last"]?.description
    else {
      let hint =
        retention.isOfPayloads
        ? "" : "; whole records go once they were exported, which is up to \(exported) so far"
      return Output.write("no sealed segment is covered\(hint)\n")
    }
    Output.write(
      "\(subject) of records \(first) to \(last) let go, "
        + "\(answer[member: "bytes"]?.description ?? "0") bytes\n")
  }

  private func body(_ rule: RetentionRule) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 256)
    writer.beginObject()
    writer.name("of")
    writer.string(rule.subject.rawValue)
    if let before = rule.before {
      writer.name("before")
      writer.int(before)
    }
    if let bytes = rule.bytesMax {
      writer.name("maxBytes")
      writer.int(bytes)
    }
    writer.name("exportedUpTo")
    writer.int(rule.exportedUpTo)
    writer.name("rule")
    writer.string(rule.words)
    writer.endObject()
    return writer.bytes
  }
}

/// How far records were given to other places, as the ledger says.
enum Exports {
  /// Forms that hold a selection of a record, and ways on which records may be lost unnoticed: what
  /// was given so is not counted.
  private static let partialForms = ["csv"]
  private static let lossyDestinations = ["udp:"]

  /// The sequence after the last one of the gapless beginning that was exported.
  static func upTo(_ directory: String) throws(LedgerError) -> UInt64 {
    var reader = try LedgerReader(
      directory: directory, matching: LedgerFilter(kinds: [.export]))
    var ranges: [ClosedRange<UInt64>] = []
    while let entry = try reader.next() {
      guard !partialForms.contains(entry.text("format") ?? ""),
        !lossyDestinations.contains(where: { entry.text("destination")?.hasPrefix($0) ?? false }),
        let first = entry.document.root[member: "first"]?.int64,
        let last = entry.document.root[member: "last"]?.int64, first >= 0, first <= last
      else { continue }
      ranges.append(UInt64(first)...UInt64(last))
    }
    var end: UInt64 = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where range.lowerBound <= end
    {
      end = max(end, range.upperBound + 1)
    }
    return end
  }
}
