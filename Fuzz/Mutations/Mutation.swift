import FuzzSupport

/// One change of the log.
struct Mutation: Sendable {
  /// Where and what, for counting.
  let kind: String
  /// File, offset and bit.
  let detail: String
  /// Files with their new bytes; nil for one that is removed.
  let changes: [(path: String, bytes: [UInt8]?)]

  var place: Place { changes.first?.path.hasPrefix("ledger/") == true ? .ledger : .export }

  /// Draws one that changes something.
  init(of log: SampleLog, _ random: inout Random) {
    while true {
      var draft = MutationDraft(log, random)
      draft.draw()
      random = draft.random
      let changes = draft.changes.filter { log.files[$0.key] != $0.value }
      guard !changes.isEmpty else { continue }
      kind = draft.kind
      detail = draft.detail
      self.changes = changes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
      return
    }
  }
}
