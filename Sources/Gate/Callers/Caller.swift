import Cedar
public import Identity
import Ledger

/// A recognised principal, with what policy needs of it made once.
public final class Caller: Sendable {
  /// Who it is.
  public let principal: Principal
  /// Binds a session to whoever opened it.
  let key: String
  let entities: CallerEntities
  /// As the ledger names it.
  let recorded: LedgerPrincipal
  /// The calls of its agent, on all loops.
  let calls: InFlightCalls.Counter

  /// The scopes of an issuer's token; nil for whom no issuer vouches.
  var scopes: [String]? { principal.statedScopes }

  /// How the person it acts for authenticated, as policies are told now.
  var authentication: LedgerAuthentication? {
    principal.authentication.map { LedgerAuthentication($0, at: Gate.now) }
  }

  init(_ principal: Principal, calls: InFlightCalls.Counter = InFlightCalls.Counter()) {
    self.principal = principal
    self.calls = calls
    key = "\(principal.agent)\u{0}\(principal.human ?? "")\u{0}\(principal.tenant ?? "")"
    entities = CallerEntities(principal)
    recorded = LedgerPrincipal(principal)
  }
}

extension LedgerAuthentication {
  /// As policies are told at a time, in seconds since 1970 UTC.
  init(_ authentication: Authentication, at now: Int64) {
    self.init(
      age: authentication.time.map { max(0, now - $0) }, context: authentication.context,
      methods: authentication.methods)
  }
}
