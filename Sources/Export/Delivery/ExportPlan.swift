public import Ledger

/// What is exported, and from where.
public struct ExportPlan: Sendable {
  /// The ledger's directory.
  public var directory: String
  /// The first record, where no position says otherwise; nil for the oldest.
  public var from: UInt64?
  /// Which records.
  public var filter = LedgerFilter()
  /// The form.
  public var format: ExportFormat
  /// Whether each record is put into a syslog message.
  public var isSyslog = false
  /// How the destination is called in a position and in messages.
  public var destination: String
  /// Where the place is kept; nil keeps none.
  public var positionFile: PositionFile?
  /// Goes on with what comes.
  public var isFollowing = false
  /// The program's version.
  public var version: String
  /// This machine's name.
  public var host: String
  /// The `source` of CloudEvents; nil for the one made of the ledger's identity.
  public var source: String?

  /// A plan for everything there is.
  public init(
    directory: String, format: ExportFormat, destination: String, version: String, host: String
  ) {
    self.directory = directory
    self.format = format
    self.destination = destination
    self.version = version
    self.host = host
  }
}
