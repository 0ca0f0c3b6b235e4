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

  init(_ principal: Principal, calls: InFlightCalls.Counter = InFlightCalls.Counter()) {
    self.principal = principal
    self.calls = calls
    key = "\(principal.agent)\u{0}\(principal.human ?? "")\u{0}\(principal.tenant ?? "")"
    entities = CallerEntities(principal)
    recorded = LedgerPrincipal(principal)
  }
}
