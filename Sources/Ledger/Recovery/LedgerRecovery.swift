/// What opening a ledger found and did.
public struct LedgerRecovery: Sendable, Equatable {
  /// Segment files, the current one included.
  public var segments: Int
  /// The sequence of the oldest record kept; equal to ``nextSequence`` when there is none.
  public var firstSequence: UInt64
  /// The sequence the next record gets.
  public var nextSequence: UInt64
  /// Segments that were read and checked in full, from the newest back. The others are taken as
  /// they are: checking all is the work of a verification, not of a start.
  public var segmentsScanned: Int
  /// What had to be cut off, oldest first. Empty after an orderly end.
  public var cuts: [LedgerCut]

  /// The number of records kept.
  public var records: UInt64 { nextSequence - firstSequence }
}

/// Bytes that were taken out of a ledger when it was opened, because a write did not complete.
/// They are kept aside, never deleted.
public struct LedgerCut: Sendable, Equatable {
  /// The segment file.
  public var file: String
  /// Where the cut was made.
  public var offset: Int
  /// How many bytes were cut.
  public var bytes: Int
  /// Records among them that can still be read. Only a power loss leaves such: the disk had kept
  /// later pages and lost earlier ones. None of them had been reported as durable.
  public var readableRecords: Int
  /// The file that holds the bytes now.
  public var keptAs: String
}
