import Catalog
import Identity
import JSON
import Ledger
import MCP
import Orders

extension Gate {
  /// A decision that does not rest on grants that are over: they leave the snapshot when their time
  /// comes, and this is for the moment until then. Nor on those that the person gave whom the agent
  /// acts for, however they spell their name.
  @inline(never)
  func withoutIdle(
    _ decision: PolicyDecision, _ policies: Policies, for human: String?
  ) -> PolicyDecision {
    let now = Self.now
    let rests = decision.policies.contains { id in
      guard let grant = policies.grants[id] else { return true }
      let isOwn = grant.draft.giver.map { human?.isSameName(as: $0.name) ?? false } ?? false
      return grant.expiresAt > now && !isOwn
    }
    return rests ? decision : .unknown
  }

  /// A grant stands for the word of the person who gave it, where policy asks for an approval of a
  /// call that the grant covers; nil when there is none. Whom the agent acts for approves nothing
  /// of its calls, this way neither.
  func standingApproval(for call: Call, _ tool: Tool) -> CallApproval? {
    let policies = call.snapshot.policies
    guard !policies.grants.isEmpty, let entities = entities(of: call),
      let arguments = call.request.params.flatMap({ ToolArguments.node(in: $0) })
    else { return nil }
    let now = Self.now
    let covering = call.snapshot.decider.permits(
      tool, arguments: arguments, caller: call.caller, entities: entities,
      client: call.request.client, authentication: call.authentication, quota: call.quotaLeft
    ).compactMap { policies.grants[$0] }.filter { $0.expiresAt > now }
    let requester = call.caller.principal.human?.lowercased()
    let people = Set(covering.map(\.actor).filter { $0.lowercased() != requester }).sorted()
    guard !people.isEmpty else { return nil }
    return CallApproval(
      told: LedgerApproval(
        count: Int64(people.count), people: people, roles: [], isStanding: true),
      firstCall: call.id)
  }
}
