import Catalog
import Ledger
public import MCP

/// Telling clients of changes: `subscriptions/listen`, and what the session era has for it.
extension Gate {
  /// Begins to tell a client of changes. Lists are told of as they look to the caller; resources
  /// and tasks pass policy one by one, and what it denies is not honoured.
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
    if hasStops, let stop = stop(of: begun) {
      return .failure(await refuseStopped(begun, by: stop).error)
    }
    var call = begun
    if !call.view.isSettled { call = await settled(call) ?? call }
    guard max(filter.resources.count, filter.tasks.count) <= SubscriptionHub.itemsPerListenerMax
    else {
      return await refuseListening(
        call, .tooLarge,
        "at most \(SubscriptionHub.itemsPerListenerMax) resources or tasks can be listened for "
          + "at once")
    }
    guard filter.tasks.isEmpty || call.hasTasks else {
      return .failure(await refuseTasks(call))
    }
    let lists = ListKinds(filter.lists.intersection(call.view.capabilities.announces))
    guard let resources = follow(filter.resources, call),
      let tasks = follow(tasks: filter.tasks, call)
    else { return .failure(Self.notRecorded) }
    let items = Listener.Items(resources: resources.allowed, tasks: tasks.allowed)
    let listing = DecisionRecord.Listing(
      shown: lists.set.count + items.resources.count + items.tasks.count,
      hidden: resources.denied + tasks.denied)
    guard await isWritten(stageList(call, listing)) else { return .failure(Self.notRecorded) }
    let telling = TaskTelling(by: self, to: call, tell)
    guard
      let listening = subscriptions.add(
        request, as: caller, seeing: call.snapshot, lists: lists, items: items, tell: tell,
        tellTask: { state, task in telling.put(state, of: task) })
    else { return await refuseListening(call, .throttled, "too many clients listen already") }
    await subscriptions.noted(by: items.servers)
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
  ) -> (allowed: [Listener.Item], denied: [String])? {
    var allowed: [Listener.Item] = []
    var denied: [String] = []
    let entities = entities(of: call)
    for uri in uris where uri.utf8.count <= Self.uriBytesMax {
      guard let resource = call.view.resource(uri),
        call.snapshot.catalog.server(resource.server)?.peer?.capabilities.resourceUpdates != false,
        !allowed.contains(where: { $0.name == uri })
      else { continue }
      if hasStops, stop(of: call, about: .resource(resource)) != nil {
        denied.append(resource.publicID)
        continue
      }
      let decision =
        entities.map {
          call.snapshot.decider.decide(
            PolicyVocabulary.subscribe, on: PolicySubject(resource), caller: call.caller,
            entities: $0, client: call.request.client, authentication: call.authentication)
        } ?? .unknown
      guard stage(decision, toFollow: .resource(resource), of: call) else { return nil }
      if decision.verdict == .allow {
        allowed.append(
          Listener.Item(name: uri, server: resource.server, ownName: resource.upstreamURI))
      } else {
        denied.append(resource.publicID)
      }
    }
    return (allowed, denied)
  }

  /// The tasks of a wish that are the caller's own, and that policy lets be followed, each with its
  /// records. Nil when one cannot be recorded.
  private func follow(
    tasks ids: [String], _ call: Call
  ) -> (allowed: [Listener.Item], denied: [String])? {
    var allowed: [Listener.Item] = []
    var denied: [String] = []
    for id in ids where !allowed.contains(where: { $0.name == id }) {
      guard let (task, tool) = find(task: id, of: call),
        let capabilities = tool.upstream.status.peer?.capabilities,
        call.declaresTasks
          ? capabilities.extensions[ProtocolExtension.tasks] != nil : capabilities.tasks != nil
      else { continue }
      let decision = decide(call, onTaskOf: tool)
      guard stage(decision, toFollow: .tool(tool), of: call) else { return nil }
      if decision.verdict == .allow {
        allowed.append(Listener.Item(name: id, server: tool.server, ownName: task.inner))
      } else {
        denied.append(tool.name)
      }
    }
    return (allowed, denied)
  }

  /// Stages the decision about one resource or task; it has no outcome of its own but that it
  /// began.
  private func stage(
    _ decision: PolicyDecision, toFollow subject: Subject, of call: Call
  ) -> Bool {
    let id = nextID()
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
          call: id, status: .ok, server: described.server, tool: described.tool,
          resource: described.resource?.uri))) != nil
  }
}
