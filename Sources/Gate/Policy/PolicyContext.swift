import Cedar
import Ledger

/// The circumstances of a request as policies see them. What is nil is left out.
struct PolicyContext {
  /// The arguments of a call.
  var input: Record?
  var environment: Value?
  var client: Client?
  /// People's word on the call.
  var approval: LedgerApproval?

  /// What is known of the client.
  struct Client {
    var transport: String
    var name: String?
    var version: String?
  }

  static let inputName: AttributeName = "input"
  static let environmentName: AttributeName = "environment"
  static let clientName: AttributeName = "client"
  static let transportName: AttributeName = "transport"
  static let nameName: AttributeName = "name"
  static let versionName: AttributeName = "version"

  var record: Record {
    var members: ContiguousArray<Record.Member> = []
    members.reserveCapacity(
      (input == nil ? 0 : 1) + (environment == nil ? 0 : 1) + (client == nil ? 0 : 1)
        + (approval == nil ? 0 : 1))
    if let input { members.append(Record.Member(Self.inputName, .record(input))) }
    if let environment { members.append(Record.Member(Self.environmentName, environment)) }
    if let client {
      var facts = [Record.Member(Self.transportName, .string(client.transport))]
      if let name = client.name { facts.append(Record.Member(Self.nameName, .string(name))) }
      if let version = client.version {
        facts.append(Record.Member(Self.versionName, .string(version)))
      }
      members.append(Record.Member(Self.clientName, .record(Record(facts))))
    }
    if let approval { members.append(Self.member(approval)) }
    return Record(members)
  }
}
