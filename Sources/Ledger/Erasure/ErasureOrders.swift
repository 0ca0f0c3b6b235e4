internal import JSON

/// The records whose payloads are to go, as records order it.
struct ErasureOrders: Sendable {
  private(set) var sequences: Set<UInt64> = []
  private(set) var ranges: [ClosedRange<UInt64>] = []

  /// Takes what a record orders; one that orders no erasure changes nothing.
  mutating func add(_ record: JSONNode) {
    switch record[member: "kind"]?.string.flatMap(LedgerRecord.Kind.init(rawValue:)) {
    case .erasure:
      for element in record[member: "records"]?.elements.compactMap(\.int64) ?? []
      where element >= 0 {
        sequences.insert(UInt64(element))
      }
    case .retention:
      guard record[member: "of"]?.equals("payloads") == true,
        let first = record[member: "first"]?.int64, let last = record[member: "last"]?.int64,
        first >= 0, first <= last
      else { return }
      ranges.append(UInt64(first)...UInt64(last))
    default: return
    }
  }

  func contains(_ sequence: UInt64) -> Bool {
    sequences.contains(sequence) || ranges.contains { $0.contains(sequence) }
  }

  /// Whether any of these records is among them.
  func reaches(into records: ClosedRange<UInt64>) -> Bool {
    sequences.contains { records.contains($0) } || ranges.contains { $0.overlaps(records) }
  }
}
