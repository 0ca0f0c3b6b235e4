public import Approvals
import JSON
public import Ledger

/// What the end of a ledger holds of approvals and of the calls that used them.
public struct ApprovalLog: Sendable {
  /// How far a call came.
  enum Progress {
    /// Nothing of it is on record, so nothing of it went upstream.
    case none
    /// It was allowed, and no outcome of it is on record.
    case allowed
    /// What became of it is on record.
    case over
  }

  /// How far before an approval's own time its records are looked for, in seconds: clocks step.
  private static let slack: Int64 = 60
  /// Records that are read at first.
  private static let countMin = 1_000

  private var events: [String: Set<ApprovalRecord.Event>] = [:]
  private var calls: [String: Progress]

  /// Reads back as far as records of these approvals can lie. Blocks.
  public init(of directory: String, about approvals: [Approval]) throws(LedgerError) {
    calls = Dictionary(
      approvals.compactMap(\.usedBy).map { ($0, .none) }, uniquingKeysWith: { first, _ in first })
    guard let time = approvals.map({ $0.endedAt ?? $0.requestedAt }).min() else { return }
    let since = (time - Self.slack) * 1_000_000
    var count = Self.countMin
    while true {
      let entries = try LedgerReader.newest(count, in: directory)
      let oldest = entries.last?.document.root[member: "time"]?.int64 ?? .min
      guard entries.count < count || oldest < since else {
        count *= 8
        continue
      }
      for entry in entries.reversed() { take(entry) }
      return
    }
  }

  private mutating func take(_ entry: LedgerEntry) {
    let record = entry.document.root
    switch record[member: "kind"]?.string.flatMap(LedgerRecord.Kind.init(rawValue:)) {
    case .approval:
      guard let approval = record[member: "approval"]?.string,
        let event = record[member: "event"]?.string.flatMap(ApprovalRecord.Event.init(rawValue:))
      else { return }
      events[approval, default: []].insert(event)
    case .decision:
      let isAllowed = record[member: "decision"]?.equals("allow") == true
      note(record[member: "call"]?.string, isAllowed ? .allowed : .over)
    case .outcome, .refused: note(record[member: "call"]?.string, .over)
    default: break
    }
  }

  private mutating func note(_ call: String?, _ progress: Progress) {
    guard let call, calls[call] != nil else { return }
    calls[call] = progress
  }

  func has(_ event: ApprovalRecord.Event, of approval: Approval) -> Bool {
    events[approval.id]?.contains(event) ?? false
  }

  func progress(of call: String?) -> Progress { call.flatMap { calls[$0] } ?? .none }
}
