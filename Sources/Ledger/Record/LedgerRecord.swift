internal import CLinux
import Glibc

/// One thing that happened, as the ledger keeps it.
///
/// It is stored as one JSON object in canonical form (RFC 8785). Its member names are the stable
/// words of the field (README). Its sequence stands beside it, not in it. Texts longer than
/// ``LedgerLimits`` says are cut and end in «…».
public struct LedgerRecord: Sendable, Equatable {
  /// Microseconds since 1970-01-01 UTC. Records of different loops may be a tick out of order.
  public var time: Int64
  /// What happened.
  public var content: Content

  /// The kinds of records.
  public enum Content: Sendable, Equatable {
    /// The gate decided about a call; written before anything is forwarded.
    case decision(DecisionRecord)
    /// A call that had been decided came to its end.
    case outcome(OutcomeRecord)
    /// A request was refused before it could be decided.
    case refused(RefusedRecord)
    /// The gate itself, its configuration or an upstream changed state.
    case lifecycle(LifecycleRecord)
    /// Policies come into force: a piece of their sources.
    case policies(PoliciesRecord)
    /// What policies can ask about changes: a piece of the entities.
    case entities(EntitiesRecord)
    /// Who may connect changes: a piece of the list.
    case agents(AgentsRecord)
    /// A person's word on one call.
    case approval(ApprovalRecord)
    /// The state of a definition.
    case pin(PinRecord)
    /// What is in force became another.
    case change(ChangeRecord)
    /// The signing key.
    case key(KeyRecord)
    /// Records were given to another system.
    case export(ExportRecord)
    /// An account of a person, or a sign-in.
    case person(PersonRecord)
    /// Payloads are about to be erased.
    case erasure(ErasureRecord)
    /// Old payloads or records are let go.
    case retention(RetentionRecord)
  }

  /// The names of the kinds, as in the member `kind`.
  public enum Kind: String, Sendable, CaseIterable {
    case decision, outcome, refused, lifecycle, policies, entities, agents, approval, pin, change
    case key, export, person, erasure, retention
  }

  /// A record of something that happened at `time`, now unless told otherwise.
  public init(_ content: Content, time: Int64 = LedgerRecord.now()) {
    self.content = content
    self.time = time
  }

  /// The present time as records have it: microseconds since 1970-01-01 UTC.
  public static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }

  /// The record's JSON as it is stored, in canonical form.
  public var json: [UInt8] {
    var writer = RecordWriter(capacity: 2_048)
    encode(into: &writer)
    return writer.withBytes { Array($0) }
  }

  func encode(into writer: inout RecordWriter) {
    switch content {
    case .decision(let record): record.encode(time: time, into: &writer)
    case .outcome(let record): record.encode(time: time, into: &writer)
    case .refused(let record): record.encode(time: time, into: &writer)
    case .lifecycle(let record): record.encode(time: time, into: &writer)
    case .policies(let record): record.encode(time: time, into: &writer)
    case .entities(let record): record.encode(time: time, into: &writer)
    case .agents(let record): record.encode(time: time, into: &writer)
    case .approval(let record): record.encode(time: time, into: &writer)
    case .pin(let record): record.encode(time: time, into: &writer)
    case .change(let record): record.encode(time: time, into: &writer)
    case .key(let record): record.encode(time: time, into: &writer)
    case .export(let record): record.encode(time: time, into: &writer)
    case .person(let record): record.encode(time: time, into: &writer)
    case .erasure(let record): record.encode(time: time, into: &writer)
    case .retention(let record): record.encode(time: time, into: &writer)
    }
  }
}
