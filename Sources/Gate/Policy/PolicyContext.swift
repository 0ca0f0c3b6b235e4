import Cedar
import Ledger

/// The circumstances of a request as policies see them. What is nil is left out.
struct PolicyContext {
  /// The arguments of a call.
  var input: Record?
  var environment: Value?
  var client: Client?
  /// How the person the agent acts for authenticated.
  var authentication: LedgerAuthentication?
  /// Where the request came from.
  var origin: IPAddress?
  /// Of an issuer's token.
  var scopes: [String]?
  /// People's word on the call.
  var approval: LedgerApproval?
  /// What is left of the quotas that cover a call.
  var quota: LedgerQuota?

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
  static let authenticationName: AttributeName = "authentication"
  static let ageName: AttributeName = "age"
  static let contextName: AttributeName = "context"
  static let methodsName: AttributeName = "methods"
  static let originName: AttributeName = "origin"
  static let scopesName: AttributeName = "scopes"

  var record: Record {
    var members: ContiguousArray<Record.Member> = []
    members.reserveCapacity(
      (input == nil ? 0 : 1) + (environment == nil ? 0 : 1) + (client == nil ? 0 : 1)
        + (authentication == nil ? 0 : 1) + (origin == nil ? 0 : 1) + (scopes == nil ? 0 : 1)
        + (approval == nil ? 0 : 1) + (quota == nil ? 0 : 1))
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
    if let authentication {
      members.append(Record.Member(Self.authenticationName, .record(Self.record(authentication))))
    }
    if let origin {
      members.append(Record.Member(Self.originName, .extension(.ipaddr(origin))))
    }
    if let scopes {
      members.append(Record.Member(Self.scopesName, .set(ValueSet(scopes.map { .string($0) }))))
    }
    if let approval { members.append(Self.member(approval)) }
    if let quota, let remaining = quota.remaining {
      members.append(Self.member(quota, remaining))
    }
    return Record(members)
  }

  static func record(_ authentication: LedgerAuthentication) -> Record {
    var facts: ContiguousArray = [
      Record.Member(
        methodsName, .set(ValueSet(authentication.methods.map { .string($0) })))
    ]
    if let age = authentication.age { facts.append(Record.Member(ageName, .long(age))) }
    if let context = authentication.context {
      facts.append(Record.Member(contextName, .string(context)))
    }
    return Record(facts)
  }
}

extension PartialRecord {
  /// Of the circumstances only what is the same for each request is known.
  mutating func forgetCircumstances() {
    for name in [
      PolicyContext.authenticationName, PolicyContext.originName, PolicyContext.scopesName,
      PolicyContext.quotaName,
    ] { setUnknown([name]) }
  }
}
