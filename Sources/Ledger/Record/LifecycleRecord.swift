/// A change of the gate itself, its configuration or an upstream.
public struct LifecycleRecord: Sendable, Equatable {
  /// What changed.
  public var event: Event
  /// The upstream, where it is about one.
  public var server: String?
  /// The state it is in now, where it has one.
  public var state: String?
  /// The program's version.
  public var version: String?
  /// The digest of the configuration in force.
  public var configurationVersion: String?
  /// The digest of the policy set in force.
  public var policyVersion: String?
  /// More, for a person.
  public var reason: String?

  /// The events.
  public enum Event: String, Sendable, CaseIterable {
    case started
    case stopped
    case upstreamState = "upstream_state"
    /// The ledger itself: what was cut off when it was opened.
    case ledgerRecovered = "ledger_recovered"
    /// The machine's clock went back behind the newest record.
    case clockStepped = "clock_stepped"
  }

  /// An event.
  public init(
    event: Event, server: String? = nil, state: String? = nil, version: String? = nil,
    configurationVersion: String? = nil, policyVersion: String? = nil, reason: String? = nil
  ) {
    self.event = event
    self.server = server
    self.state = state
    self.version = version
    self.configurationVersion = configurationVersion
    self.policyVersion = policyVersion
    self.reason = reason
  }

  func encode(time: Int64, into writer: inout RecordWriter) {
    let name = LedgerLimits.nameBytesMax
    writer.beginObject()
    writer.member("configuration_version", configurationVersion, limit: name)
    writer.member("event", event.rawValue, limit: name)
    writer.member("kind", LedgerRecord.Kind.lifecycle.rawValue, limit: name)
    writer.member("policy_version", policyVersion, limit: name)
    writer.member("reason", reason, limit: LedgerLimits.textBytesMax)
    writer.member("server", server, limit: name)
    writer.member("state", state, limit: name)
    writer.member("time", time)
    writer.member("version", version, limit: name)
    writer.endObject()
  }
}
