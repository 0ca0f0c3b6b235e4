import Ledger
import MCP
import Reactor

/// One request on its way through the gate. A class: the stages suspend often, and what a task
/// keeps over a suspension is copied.
final class Call: Sendable {
  let id: String
  let request: MCPRequest
  let caller: Caller
  /// The whole call sees one snapshot, whatever is replaced meanwhile.
  let snapshot: GateSnapshot
  /// What its endpoint shows.
  let view: EndpointView
  let startedAt: MonotonicTime
  /// Its place in the trace that the client names.
  let trace: TraceContext?
  /// The meta-tool that it came through.
  let through: MetaTool?
  /// What it goes on with, when it brings answers to an upstream's questions.
  let continuation: Continuation?
  /// What it waited for, when it brings the `requestState` of that.
  let awaited: WaitingState?
  /// People's word, with which it is decided.
  let approval: CallApproval?
  /// How the person its caller acts for authenticated, as policies and records are told.
  let authentication: LedgerAuthentication?
  /// Where it stands among those under way on its loop, which alone reads and sets this; of none
  /// until it is there.
  nonisolated(unsafe) var place = -1
  /// What it and those that are made of it hold of quotas, and give back once; as above.
  nonisolated(unsafe) var quota: QuotaHold?
  /// What policies were told of quotas; as above.
  nonisolated(unsafe) var quotaLeft: LedgerQuota?

  init(
    id: String, request: MCPRequest, caller: Caller, snapshot: GateSnapshot, view: EndpointView,
    startedAt: MonotonicTime, trace: TraceContext? = nil, through: MetaTool? = nil,
    continuation: Continuation? = nil, awaited: WaitingState? = nil, approval: CallApproval? = nil,
    authentication: LedgerAuthentication?
  ) {
    self.id = id
    self.request = request
    self.caller = caller
    self.snapshot = snapshot
    self.view = view
    self.startedAt = startedAt
    self.trace = trace
    self.through = through
    self.continuation = continuation
    self.awaited = awaited
    self.approval = approval
    self.authentication = authentication
  }

  /// The same call with another snapshot.
  convenience init(_ call: Call, seeing snapshot: GateSnapshot, _ view: EndpointView) {
    self.init(
      id: call.id, request: call.request, caller: call.caller, snapshot: snapshot, view: view,
      startedAt: call.startedAt, trace: call.trace, through: call.through,
      continuation: call.continuation, awaited: call.awaited, approval: call.approval,
      authentication: call.authentication)
    place = call.place
    quota = call.quota
  }

  /// The same call, which goes on with `continuation`.
  convenience init(resuming call: Call, _ continuation: Continuation) {
    self.init(
      id: call.id, request: call.request, caller: call.caller, snapshot: call.snapshot,
      view: call.view, startedAt: call.startedAt, trace: call.trace, through: call.through,
      continuation: continuation, authentication: call.authentication)
    place = call.place
  }

  /// The same call, which waited for an approval.
  convenience init(_ call: Call, whichAwaited state: WaitingState) {
    self.init(
      id: call.id, request: call.request, caller: call.caller, snapshot: call.snapshot,
      view: call.view, startedAt: call.startedAt, trace: call.trace, through: call.through,
      awaited: state, authentication: call.authentication)
    place = call.place
  }

  /// The same call under another id, with people's word on it.
  convenience init(_ call: Call, as id: String, with approval: CallApproval) {
    self.init(
      id: id, request: call.request, caller: call.caller, snapshot: call.snapshot,
      view: call.view, startedAt: call.startedAt, trace: call.trace, through: call.through,
      continuation: call.continuation, awaited: call.awaited, approval: approval,
      authentication: approval.authentication ?? call.authentication)
    place = call.place
    quota = call.quota
  }

  /// The call of a tool that `request` asks for by way of a meta-tool.
  convenience init(_ call: Call, through tool: MetaTool, as request: MCPRequest) {
    self.init(
      id: call.id, request: request, caller: call.caller, snapshot: call.snapshot,
      view: call.view, startedAt: call.startedAt, trace: call.trace, through: tool,
      authentication: call.authentication)
    place = call.place
  }
}
