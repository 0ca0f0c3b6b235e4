import Catalog
import Cedar
public import Orders

/// What somebody who signed in orders, as policy is asked of it.
public enum PersonOrder: Sendable {
  /// - Parameter fromNowOn: whether it comes with a yes to a call that waited.
  case grant(GrantDraft, fromNowOn: Bool)
  case revoke(Grant)
  case stop(StopTarget)
  case lift(Stop)
  /// Lets agents see an item.
  case approve(Gate.ItemApproval)
  /// Keeps an item from agents.
  case reject(Gate.ItemRejection)

  /// As records name what was asked.
  var method: String {
    switch self {
    case .grant: "grants/give"
    case .revoke: "grants/revoke"
    case .stop: "stops/order"
    case .lift: "stops/lift"
    case .approve: Gate.approvalMethod
    case .reject(let rejection): rejection.method
    }
  }

  /// The action, as policies name it.
  var action: String {
    switch self {
    case .grant: PolicyVocabulary.giveGrant.id
    case .revoke: PolicyVocabulary.revoke.id
    case .stop: PolicyVocabulary.orderStop.id
    case .lift: PolicyVocabulary.lift.id
    case .approve: PolicyVocabulary.approve.id
    case .reject: PolicyVocabulary.reject.id
    }
  }

  /// The one agent, and the one human, that it is about.
  var subject: (agent: String?, human: String?) {
    switch self {
    case .grant(let draft, _): (draft.agent, draft.human)
    case .revoke(let grant): (grant.draft.agent, grant.draft.human)
    case .stop(let target): Self.subject(of: target)
    case .lift(let stop): Self.subject(of: stop.target)
    case .approve, .reject: (nil, nil)
    }
  }

  private static func subject(of target: StopTarget) -> (agent: String?, human: String?) {
    switch target {
    case .agent(let name): (name, nil)
    case .human(let name): (nil, name)
    case .tool, .upstream, .profile, .all: (nil, nil)
    }
  }
}

extension PersonOrder: CustomStringConvertible {
  /// For a person, after «to».
  public var description: String {
    switch self {
    case .grant(let draft, _): "grant \(draft.tool) for \(draft.lifetime) s"
    case .revoke(let grant): "revoke \(grant.id)"
    case .stop(let target): "stop \(target)"
    case .lift(let stop): "lift \(stop.id)"
    case .approve(let approval): "approve \(approval.item.word) of \(approval.server)"
    case .reject(let rejection):
      "\(rejection.isRevocation ? "revoke" : "reject") \(rejection.item.word) of "
        + rejection.server
    }
  }
}
