import Catalog
import Cedar
import Identity
import Ledger

/// Of the orders that are about items of servers.
extension PersonOrder {
  /// The item that it is about; nil for other orders.
  private var itemAsked: (server: String, item: ItemKey, effect: String?)? {
    switch self {
    case .approve(let approval): (approval.server, approval.item, approval.effect)
    case .reject(let rejection): (rejection.server, rejection.item, rejection.effect)
    case .grant, .revoke, .stop, .lift: nil
    }
  }

  /// Says in a record of a call which item it is about.
  func name(in call: inout LedgerCall) {
    guard let asked = itemAsked else { return }
    call.name(asked.item, of: asked.server, effect: asked.effect)
  }

  /// A policy that would permit it; nil for other orders.
  func permit(for person: Person) -> String? {
    guard let asked = itemAsked else { return nil }
    let human = EntityUID(type: PolicyVocabulary.human, id: person.name)
    let action = EntityUID(type: PolicyVocabulary.action, id: action)
    return "permit (principal == \(human), action == \(action), "
      + "resource in \(PolicyVocabulary.uid(ofServer: asked.server)));"
  }
}
