import Audit
import Configuration
import JSON
import Ledger

/// `sallyport audit erase`
struct EraseCommand {
  let erasure: EvidenceInvocation.Erasure
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    do {
      let records = try find(in: DataDirectory(directories.data).ledger)
      guard erasure.isConfirmed, !records.isEmpty else {
        tell(records.count, bytes: nil)
        return .success
      }
      let reason = erasure.reason
      let answer = try LedgerAccess(directories: directories, common: common, session: session)
        .perform("/v1/ledger/erase", body: body(records)) { ledger, actor throws(LedgerError) in
          let bytes = try await ledger.erase(records, actor: actor, reason: reason)
          return Array(JSONText.object([("bytes", "\(bytes)")]).utf8)
        }
      tell(records.count, bytes: answer[member: "bytes"]?.int64)
      return .success
    } catch {
      return session.report(ledger: error)
    }
  }

  private func tell(_ count: Int, bytes: Int64?) {
    if common.json {
      let erased = bytes.map { [("bytes", "\($0)")] } ?? []
      return Output.write(
        JSONText.object(
          [("records", "\(count)"), ("erased", bytes == nil ? "false" : "true")] + erased) + "\n")
    }
    if let bytes {
      Output.write("payloads of \(count) records erased, \(bytes) bytes\n")
    } else if count == 0 {
      Output.write("no record has payloads that match\n")
    } else {
      Output.write("payloads of \(count) records would be erased; --yes erases them\n")
    }
  }

  private func body(_ records: [UInt64]) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 128 + records.count * 8)
    writer.beginObject()
    writer.name("records")
    writer.beginArray()
    for record in records { writer.int(record) }
    writer.endArray()
    writer.name("reason")
    writer.string(erasure.reason)
    writer.endObject()
    return writer.bytes
  }

  /// Records that match and still have payloads. An outcome names no person: it goes with the
  /// decision about its call.
  private func find(in directory: String) throws(LedgerError) -> [UInt64] {
    var reader = try LedgerReader(directory: directory)
    let wanted = Set(erasure.records)
    let until = erasure.until?.microseconds(before: LedgerRecord.now())
    var calls: Set<String> = []
    var found: [UInt64] = []
    while let entry = try reader.next() {
      let record = entry.document.root
      let principal = record[member: "principal"]
      let call = record[member: "call"]?.string
      func fits(_ condition: String?, _ node: JSONNode?) -> Bool {
        condition.map { node?.equals($0) ?? false } ?? true
      }
      let isNamed =
        (wanted.isEmpty || wanted.contains(entry.position.sequence))
        && (erasure.call.map { call?.hasSuffix($0) ?? false } ?? true)
        && (until.map { record[member: "time"]?.int64 ?? .max < $0 } ?? true)
        && fits(erasure.human, principal?[member: "human"])
        && fits(erasure.agent, principal?[member: "agent"])
      if isNamed, let call, wanted.isEmpty { calls.insert(call) }
      guard isNamed || call.map({ calls.contains($0) }) ?? false, entry.hasPayloads else {
        continue
      }
      found.append(entry.position.sequence)
    }
    return found
  }
}
