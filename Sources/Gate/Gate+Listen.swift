import Catalog
import Ledger
public import MCP

/// Telling clients of changes: `subscriptions/listen`, and what the session era has for it.
extension Gate {
  /// Begins to tell a client of changes. Lists are told of as they look to the caller; resources
  /// pass policy one by one, and what it denies is not honoured. Tasks are not: their state is
  /// asked for with `tasks/get`.
  public func listen(
    for filter: SubscriptionFilter, request: MCPRequest, as caller: Caller,
    telling tell: @escaping @Sendable (ServerNotification) -> Void
  ) async -> Result<Listening, JSONRPCError> {
    guard let begun = begin(request, caller) else {
      _ = await unknownEndpoint(request, caller)
      return .failure(
        JSONRPCError(
          code: JSONRPCError.Code.invalidRequest, message: "there is no such endpoint"))
    }
    var call = begun
    if !call.view.isSettled { call = await settled(call) ?? call }
    guard filter.resources.count <= SubscriptionHub.resourcesPerListenerMax else {
      return await refuseListening(
        call, .tooLarge,
        "at most \(SubscriptionHub.resourcesPerListenerMax) resources can be listened for at once")
    }
    let lists = ListKinds(filter.lists.intersection(call.view.capabilities.announces))
    guard let asked = follow(filter.resources, call) else {
      return .failure(Self.notRecorded)
    }
    let listing = DecisionRecord.Listing(
      shown: lists.set.count + asked.allowed.count, hidden: asked.denied)
    guard await isWritten(stageList(call, listing)) else { return .failure(Self.notRecorded) }
    guard
      let listening = subscriptions.add(
        request, as: caller, seeing: call.snapshot, lists: lists, resources: asked.allowed,
        tell: tell)
    else { return await refuseListening(call, .throttled, "too many clients listen already") }
    await subscriptions.noted(by: Set(asked.allowed.map(\.server)))
    return .success(listening)
  }

  private static let notRecorded = JSONRPCError(
    code: JSONRPCError.Code.internalError, message: "this gateway cannot record the request")

  private func refuseListening(
    _ call: Call, _ refusal: RefusedRecord.Refusal, _ reason: String
  ) async -> Result<Listening, JSONRPCError> {
    let code = JSONRPCError.Code.invalidRequest
    await refuse(call, refusal, code: code, reason)
    return .failure(JSONRPCError(code: code, message: reason))
  }

  /// The resources of a wish that policy lets be followed, each with its records. Nil when one
  /// cannot be recorded.
  private func follow(
    _ uris: [String], _ call: Call
  ) -> (allowed: [Listener.Resource], denied: [String])? {
    var allowed: [Listener.Resource] = []
    var denied: [String] = []
    let entities = entities(of: call)
    for uri in uris where uri.utf8.count <= Self.uriBytesMax {
      guard let resource = call.view.resource(uri),
        call.snapshot.catalog.server(resource.server)?.peer?.capabilities.resourceUpdates != false,
        !allowed.contains(where: { $0.uri == uri })
      else { continue }
      let decision =
        entities.map {
          call.snapshot.decider.decide(
            PolicyVocabulary.subscribe, on: PolicySubject(resource), caller: call.caller,
            entities: $0, client: call.request.client)
        } ?? .unknown
      guard stage(decision, toFollow: resource, id: nextID(), of: call) else { return nil }
      if decision.verdict == .allow {
        allowed.append(
          Listener.Resource(uri: uri, server: resource.server, ownURI: resource.upstreamURI))
      } else {
        denied.append(resource.publicID)
      }
    }
    return (allowed, denied)
  }

  /// Stages the decision about one resource; it has no outcome of its own but that it began.
  private func stage(
    _ decision: PolicyDecision, toFollow resource: Resource, id: String, of call: Call
  ) -> Bool {
    let subject = Subject.resource(resource)
    var described = describe(call, subject)
    described.id = id
    described.parent = call.id
    guard stage(.decision(record(decision, of: call, described, arguments: nil))) != nil else {
      return false
    }
    guard decision.verdict == .allow else { return true }
    return stage(
      .outcome(
        OutcomeRecord(
          call: id, status: .ok, server: resource.server, resource: resource.upstreamURI))) != nil
  }
}
