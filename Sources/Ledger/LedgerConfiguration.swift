/// What an operator may choose.
public struct LedgerConfiguration: Sendable, Equatable {
  /// A new segment is begun by the first write after the current one has this many bytes. One
  /// write may go over it by ``stagedBytesMax``.
  public var segmentBytes: Int
  /// The bytes that may wait to be written; beyond, `append` throws `.overloaded`.
  public var stagedBytesMax: Int
  /// What payloads are sealed with; nil leaves them as they came.
  public var sealing: PayloadSealing?
  /// How the tree over the records is kept and signed; nil keeps none, for measuring what lies
  /// under it.
  public var tree: TreeConfiguration?

  /// 64 MiB segments and 8 MiB of staging unless told otherwise.
  public init(
    segmentBytes: Int = 64 << 20, stagedBytesMax: Int = 8 << 20, sealing: PayloadSealing? = nil,
    tree: TreeConfiguration? = TreeConfiguration()
  ) {
    self.segmentBytes = segmentBytes
    self.stagedBytesMax = stagedBytesMax
    self.sealing = sealing
    self.tree = tree
  }
}

/// Bounds of the format and of a record. Text is counted in bytes as encoded, escapes included;
/// what is longer is cut at a character and ends in «…».
public enum LedgerLimits {
  /// A record. C2SP tlog-tiles entry bundles count an entry's bytes in 16 bits.
  public static let recordBytesMax = 65_535
  /// A name, identifier, version or digest.
  public static let nameBytesMax = 256
  /// The URI of a resource.
  public static let uriBytesMax = 4_096
  /// A reason, a detail, an error of an upstream or of a policy.
  public static let textBytesMax = 1_024
  /// A payload that is kept. Of a longer one the salt is.
  public static let payloadBytesMax = 1 << 20
  /// All payloads of one record, with what frames and seals them.
  public static let payloadsBytesMax = 3 * payloadBytesMax + 4_096
  /// The shape of a payload in a record.
  public static let previewBytesMax = 512
  /// Names of tools that a list held back; the rest is counted.
  public static let hiddenMax = 64
  /// Sequences in one record of an erasure.
  public static let erasuresMax = 1_000
  /// The annotations of the policies that determined a decision; what is beyond is left out.
  public static let annotationsBytesMax = 4_096
  /// A piece of the sources or entities that a record holds.
  public static let pieceBytesMax = 57_344
  /// Roles of a principal; the last item says how many more there were.
  public static let rolesMax = 64
  /// Determining policies; the last item says how many more there were.
  public static let policiesMax = 64
  /// Remedies of an ask; the last item says how many more there were.
  public static let remediesMax = 8
  /// The name of a policy file. Names of files have at most 255 bytes before escapes.
  public static let fileNameBytesMax = 1_536
  /// Policies that erred; the last item says how many more there were.
  public static let policyErrorsMax = 16
  /// A checkpoint with its signatures.
  public static let checkpointBytesMax = 16_384
  /// Closed segments that may wait to be synced; beyond, the current one grows over its size.
  public static let unsyncedSegmentsMax = 4
}
