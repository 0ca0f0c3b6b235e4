import Gate
import HTTP
import Identity
import Ledger
import Orders

/// Who orders something: whoever may use the socket, or the person whose session is shown.
enum Orderer {
  case user(String)
  case person(Person)

  /// As the ledger names them.
  var actor: LedgerActor {
    switch self {
    case .user(let name): LedgerActor(user: name, via: .admin)
    case .person(let person): LedgerActor(user: person.name, via: .person)
    }
  }

  /// Their name.
  var name: String {
    switch self {
    case .user(let name): name
    case .person(let person): person.name
    }
  }

  /// Whether they signed in.
  var isPerson: Bool {
    if case .person = self { true } else { false }
  }

  /// As a grant names them.
  var giver: GrantDraft.Giver? {
    guard case .person(let person) = self else { return nil }
    return GrantDraft.Giver(name: person.name, tenant: person.tenant)
  }
}

extension AdminService {
  /// Who sent a request; answered where that cannot be told. A session that is over is nobody's:
  /// it does not become the socket's user.
  func orderer(_ exchange: HTTPExchange) -> Orderer? {
    guard exchange.header("Authorization") != nil else { return .user(facts.userName) }
    if let person = person(exchange) { return .person(person) }
    answer(
      exchange, 401,
      error: "this session is over: `sallyport login` begins another; after `sallyport logout` "
        + "it is the user of the socket who orders")
    return nil
  }

  /// Whether whoever orders may; answered where they may not.
  /// - Parameter isDryRun: nothing is recorded.
  func may(
    _ orderer: Orderer, _ order: PersonOrder, isDryRun: Bool = false, _ exchange: HTTPExchange
  ) async -> Bool {
    let objection: String?
    switch (orderer, order) {
    case (.person(let person), _):
      objection =
        isDryRun
        ? gate.objection(to: order, by: person)
        : await gate.recordedObjection(to: order, by: person)
    case (.user(let name), .lift(let stop)):
      objection = await gate.objection(
        toLifting: stop, by: gate.operatorCaller(named: name))
    case (.user(let name), .approve(let approval)):
      objection = await gate.objection(to: approval, by: gate.operatorCaller(named: name))
    case (.user, _): objection = nil
    }
    guard let objection else { return true }
    // Nothing may keep an emergency from being stopped.
    let hint =
      switch (orderer, order) {
      case (.person, .stop): "; without a session the user of this socket may: `sallyport logout`"
      case (.person, .reject): " Without a session the user of this socket may: `sallyport logout`"
      default: ""
      }
    answer(exchange, 403, error: objection + hint)
    return false
  }
}
