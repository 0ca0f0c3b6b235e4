internal import Crypto
internal import Ledger

/// Where an export begins, once it is sure that nothing lies between.
struct ExportStart: Equatable {
  let ledger: String
  let next: UInt64

  init(_ plan: ExportPlan, head: LedgerHead, position: ExportPosition?) throws {
    ledger = head.identity
    guard let position else {
      next = plan.from ?? 0
      if let from = plan.from, from < head.oldest, from > 0 {
        throw ExportError.missing(from: from, upTo: head.oldest - 1)
      }
      return
    }
    next = position.sequence + 1
    try Self.check(position, is: plan, ledger: head.identity)
    guard next >= head.oldest else {
      throw ExportError.missing(from: next, upTo: head.oldest - 1)
    }
    guard position.sequence >= head.oldest else { return }
    var reader = try LedgerReader(directory: plan.directory, from: position.sequence)
    guard let entry = try reader.next() else {
      throw ExportError.beyondEnd(sequence: position.sequence)
    }
    guard ExportedRecord(entry).leafHash.hex == position.leafHash else {
      throw ExportError.otherRecord(sequence: position.sequence)
    }
  }

  private static func check(
    _ position: ExportPosition, is plan: ExportPlan, ledger: String
  ) throws(ExportError) {
    let path = plan.positionFile?.path ?? ""
    for (what, kept, wanted) in [
      ("ledger", position.ledger, ledger), ("format", position.format, plan.format.rawValue),
      ("destination", position.destination, plan.destination),
    ] where kept != wanted {
      throw .otherExport(path: path, what: what, kept: kept, wanted: wanted)
    }
  }
}
