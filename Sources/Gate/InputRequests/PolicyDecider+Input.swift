import Cedar
import MCP

/// What upstreams ask of clients: by the agent, about the server.
extension PolicyDecider {
  /// May the server ask this of the client, while it serves a request about `subject`?
  func decideInput(
    _ kind: InputRequests.Kind, during subject: Subject, caller: Caller, entities: Entities,
    client: ClientDescription
  ) -> PolicyDecision {
    decide(
      caller: caller, action: InputContext.action(of: kind),
      resource: PolicyVocabulary.uid(ofServer: subject.server),
      input: InputContext.record(kind, during: subject), entities: entities, client: client,
      authentication: caller.authentication)
  }

  /// What policy does not deny whatever is asked, and under whichever tool, prompt or resource.
  func askable(of caller: Caller, by server: String, entities: Entities) -> ClientCapabilities {
    func mayBe(_ action: EntityUID, _ input: Record, open: [AttributeName]) -> Bool {
      mayBeAllowed(
        action, on: PolicyVocabulary.uid(ofServer: server), input: input, open: open,
        caller: caller, entities: entities)
    }
    var found = ClientCapabilities.none
    found.elicitationForm = mayBe(
      PolicyVocabulary.elicit, Record([Record.Member("mode", .string("form"))]),
      open: InputContext.subjects + ["message", "fields"])
    found.elicitationURL = mayBe(
      PolicyVocabulary.elicit, Record([Record.Member("mode", .string("url"))]),
      open: InputContext.subjects + ["message", "fields", "url", "host"])
    found.sampling = mayBe(
      PolicyVocabulary.sample, Record(),
      open: InputContext.subjects + ["maxTokens", "includeContext", "tools", "systemPrompt"])
    found.samplingContext = found.sampling
    found.samplingTools = found.sampling
    found.roots = mayBe(PolicyVocabulary.listRoots, Record(), open: InputContext.subjects)
    found.rootsListChanged = found.roots
    for name in Gate.relayedExtensions { found.extensions[name] = [] }
    return found
  }

  /// Whether some request of the kind may be allowed, of which not all members of `context.input`
  /// are known.
  /// - Parameters:
  ///   - open: those that are not known; empty when nothing of the input is.
  ///   - isCureEnough: whether a denial that people can cure counts as allowed.
  func mayBeAllowed(
    _ action: EntityUID, on resource: EntityUID, input: Record, open: [AttributeName],
    caller: Caller, entities: Entities, orCured isCureEnough: Bool = false
  ) -> Bool {
    var context = PartialRecord(PolicyContext(input: input, environment: environment).record)
    if open.isEmpty { context.setUnknown([PolicyContext.inputName], mayBeAbsent: false) }
    for name in open { context.setUnknown([PolicyContext.inputName, name]) }
    context.setUnknown([PolicyContext.clientName], mayBeAbsent: false)
    context.forgetCircumstances()
    let response = Authorizer.isAuthorizedPartially(
      PartialRequest(
        principal: .known(caller.entities.agent), action: .known(action),
        resource: .known(resource), context: context),
      policies: policies.set, entities: entities)
    return !response.hasErringForbid
      && (response.decision != .deny || isCureEnough && policies.mayCure(response))
  }
}
