/// The public keys of a ledger, `log.pub` beside its segments: one verifier key a line, the oldest
/// first. The last one signs.
enum LogKeys {
  static let name = "log.pub"
  static let checkpointName = "checkpoint"
  private static let keysMax = 1_000

  static func parse(_ bytes: [UInt8]) -> [NoteKey]? {
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    let keys = lines.compactMap { NoteKey($0) }
    return keys.count == lines.count && !keys.isEmpty && keys.count <= keysMax
      && bytes.last == 0x0A ? keys : nil
  }

  static func bytes(_ keys: [NoteKey]) -> [UInt8] {
    Array(keys.map { "\($0)\n" }.joined().utf8)
  }

  static func read(_ files: any LedgerFiles) throws(LedgerError) -> [NoteKey] {
    guard files.exists(name) else { return [] }
    let bytes: [UInt8]
    do throws(FileFailure) { bytes = try files.read(name) } catch { throw .system(error) }
    guard let keys = parse(bytes) else {
      throw .unusable(file: files.path(name), reason: "it is no list of verifier keys")
    }
    return keys
  }

  /// The files of the checkpoints over changes of the key, the oldest first.
  static func rotations(_ files: any LedgerFiles) throws(FileFailure) -> [String] {
    try files.list().filter { $0.hasPrefix("rotation-") && !$0.hasSuffix(".new") }
      .sorted { UInt64($0.dropFirst(9)) ?? 0 < UInt64($1.dropFirst(9)) ?? 0 }
  }
}
