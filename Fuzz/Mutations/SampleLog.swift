import FuzzSupport
import Ledger

/// A ledger with its export, as bytes: all that the mutations start from.
struct SampleLog: Sendable {
  /// By path, below `ledger/` and `export/`.
  let files: [String: [UInt8]]
  /// Kept from before anything was changed.
  let keys: [NoteKey]
  /// The newest checkpoint.
  let newest: [UInt8]
  /// Checkpoints that were signed before it.
  let older: [[UInt8]]

  var bytes: Int { files.values.reduce(0) { $0 + $1.count } }

  /// Makes it through the same doors as the gateway: decisions and outcomes with payloads, a change
  /// of the key, an erasure, checkpoints in between.
  init(in folder: Folder, records: Int) async throws {
    let directory = folder.absolute("ledger")
    let keyFile = folder.absolute("log.key")
    let (ledger, _) = try Ledger.open(
      directory: directory,
      configuration: LedgerConfiguration(
        segmentBytes: records * 60,
        tree: TreeConfiguration(interval: 3_600_000, keyFile: keyFile)))
    let actor = LedgerActor(user: "tester", via: .command)
    var older: [[UInt8]] = []
    var milestones = (1...7).map { UInt64(records * $0 / 8) }[...]
    var number = 0
    while ledger.status.nextSequence < UInt64(records) {
      try Self.append(number, to: ledger)
      number += 1
      if number % 16 == 0 { try ledger.flush() }
      guard let milestone = milestones.first, ledger.status.nextSequence >= milestone else {
        continue
      }
      milestones.removeFirst()
      if milestones.count == 3 { _ = try await ledger.rotateKey(file: keyFile, actor: actor) }
      if milestones.count == 2 {
        let erased = (0..<20).map { UInt64(records / 100 + $0 * 7) }
        _ = try await ledger.erase(erased, actor: actor, reason: "asked for")
      }
      older.append(try await ledger.signCheckpoint().bytes)
    }
    newest = try await ledger.signCheckpoint().bytes
    ledger.close()
    _ = try TileExport(from: directory, to: folder.absolute("export")).run()
    keys = try LedgerTiles(directory: directory).keys()
    self.older = older
    var files: [String: [UInt8]] = [:]
    for path in folder.files() where path.hasPrefix("ledger/") || path.hasPrefix("export/") {
      guard !path.hasSuffix("ledger.lock") else { continue }
      files[path] = folder.read(path)
    }
    self.files = files
  }

  private static func append(_ number: Int, to ledger: Ledger) throws(LedgerError) {
    let text = "\"n\":\(number),\"text\":\"\(String(repeating: "x", count: number % 97))\""
    let payload = LedgerPayload(content: Array("{\(text)}".utf8)[...])
    let call = "call-\(number / 2)"
    if number % 2 == 0 {
      let principal = LedgerPrincipal(human: "h\(number % 5)", agent: "reviewer", roles: ["dev"])
      try ledger.append(
        LedgerRecord(
          .decision(
            DecisionRecord(
              call: LedgerCall(
                id: call, transport: "http", method: "tools/call", principal: principal,
                server: "s", tool: "t\(number % 7)", effect: "write"),
              arguments: payload, decision: number % 11 == 0 ? .deny : .allow,
              policies: ["p\(number % 3)"], duration: 17))))
    } else {
      try ledger.append(
        LedgerRecord(
          .outcome(
            OutcomeRecord(call: call, status: .ok, server: "s", tool: "t", result: payload))))
    }
  }
}
