import JSON
import Ledger

/// Puts together what the ledger holds in pieces. Pieces of another version, or ones that do not
/// follow, begin anew: a gateway that died before the last piece wrote them again later.
struct PieceAssembly {
  /// Bytes of one version.
  static let bytesMax = 256 << 20

  private var version = ""
  private var pieces: [LedgerEntry] = []
  private var bytes = 0

  /// All pieces of a version when this was its last.
  mutating func add(_ entry: LedgerEntry) -> (version: String, pieces: [LedgerEntry])? {
    let record = entry.document.root
    guard let version = record[member: "version"]?.string,
      let part = record[member: "part"]?.int64, let parts = record[member: "parts"]?.int64
    else { return nil }
    if part == 0 {
      pieces = []
      bytes = 0
      self.version = version
    }
    guard version == self.version, part == Int64(pieces.count), part < parts,
      bytes + entry.json.count <= Self.bytesMax
    else {
      pieces = []
      self.version = ""
      return nil
    }
    pieces.append(entry)
    bytes += entry.json.count
    guard part == parts - 1 else { return nil }
    defer { pieces = [] }
    return (version, pieces)
  }
}
