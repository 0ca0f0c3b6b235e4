/// Where exported records come from: what a format says beside the record.
public struct ExportOrigin: Sendable, Equatable {
  /// The ledger's identity, 32 hexadecimal digits.
  public var ledger: String
  /// The version of the program.
  public var version: String
  /// The name of this machine.
  public var host: String
  /// The `source` of CloudEvents, a URI reference.
  public var source: String

  /// An origin; `source` is `/sallyport/ledger/` and the identity unless given.
  public init(ledger: String, version: String, host: String, source: String? = nil) {
    self.ledger = ledger
    self.version = version
    self.host = host
    self.source = source ?? "/sallyport/ledger/\(ledger)"
  }

  /// The identifier of a record that no other record of any ledger has.
  func identifier(of record: ExportedRecord) -> String { "\(ledger)-\(record.sequence)" }
}
