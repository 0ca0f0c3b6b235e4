import Catalog
import Configuration
import Identity
import JSON
import Ledger
import Logging
import MCP
import Reactor

/// What the gate writes down. Each record is staged in one plain step and then waited for, so that
/// no task keeps a record over a suspension.
///
/// These stay out of line: inlined, they would swell the frame of a call to twelve times what a
/// task's own memory holds (984 bytes), and each further piece of it is an allocation.
extension Gate {
  /// Stages the decision. Nil: it cannot be recorded, and nothing may happen.
  @inline(never)
  func stage(
    _ decision: PolicyDecision, of call: Call, _ tool: Tool, _ arguments: JSONNode
  ) -> LedgerPosition? {
    let snapshot = call.snapshot
    let record = DecisionRecord(
      call: describe(call, tool), arguments: snapshot.keeping.arguments(arguments),
      environment: snapshot.environment, decision: decision.verdict.recorded,
      policies: decision.policies, annotations: decision.annotations,
      remedies: decision.remedies.map(\.rawValue), approval: call.approval?.told,
      quota: call.quotaLeft, policyErrors: decision.errors,
      policyVersion: snapshot.policies.version,
      entitiesVersion: snapshot.decider.entitiesVersion,
      reason: decision.verdict == .forbidErred ? "a forbid could not be evaluated" : nil,
      duration: microseconds(since: call))
    return stage { () throws(LedgerError) in try ledger.append(record) }
  }

  @inline(never)
  func stage(
    _ exchange: Exchange, of call: Call, _ tool: Tool, sentAt: MonotonicTime
  ) -> LedgerPosition? {
    var record = OutcomeRecord(
      call: call.id, status: .ok, server: tool.server, tool: tool.upstreamName,
      upstreamDuration: MonotonicTime.read().microseconds(since: sentAt),
      duration: microseconds(since: call))
    fill(&record, exchange, call, changesNothing: tool.effect == .read)
    return stage { () throws(LedgerError) in try ledger.append(record) }
  }

  /// - Parameter changesNothing: whether it does not matter if a call ran that nobody heard of.
  private func fill(
    _ record: inout OutcomeRecord, _ exchange: Exchange, _ call: Call, changesNothing: Bool = true
  ) {
    let keeping = call.snapshot.keeping
    switch exchange {
    case .result(let result):
      record.result = keeping.result(result)
      if result[member: "isError"]?.bool == true { record.status = .toolError }
    case .error(let error):
      record.status = .protocolError
      record.result = keeping.result(error)
      // The message may quote arguments, which must be erasable: it is in the payload.
      record.error = error[member: "code"]?.int64.map { "JSON-RPC error \($0)" }
    case .failed(let error):
      switch error {
      case .timedOut: record.status = .timeout
      case .cancelled: record.status = .cancelled
      default: record.status = .upstreamError
      }
      record.error = error.reason
    case .asked(let result, _):
      record.status = .inputRequired
      record.result = keeping.result(result)
    case .task(let result, _):
      record.status = .task
      record.result = keeping.result(result)
    case .denied(let result, let method, _):
      record.status = .denied
      record.result = keeping.result(result)
      record.error = "policy does not let the server ask for \(method)"
    case .stopped(let stop, let reply, let state):
      record.error = Self.recorded(stop)
      switch (reply, state) {
      case (.result(let result)?, _):
        record.result = keeping.result(result)
        if result[member: "isError"]?.bool == true { record.status = .toolError }
      case (.error(let error)?, _):
        record.status = .protocolError
        record.result = keeping.result(error)
      case (nil, .unknown) where !changesNothing: record.status = .unknown
      case (nil, _): record.status = .cancelled
      }
    case .unrecorded:
      record.status = .denied
      record.error = "a question could not be recorded"
    }
  }

  /// Stages the decision about a prompt, a resource or a completion.
  @inline(never)
  func stage(
    _ decision: PolicyDecision, of call: Call, about subject: Subject, _ arguments: JSONNode?
  ) -> LedgerPosition? {
    let record = record(
      decision, of: call, describe(call, subject),
      arguments: arguments.map { call.snapshot.keeping.arguments($0) })
    return stage(.decision(record))
  }

  func record(
    _ decision: PolicyDecision, of call: Call, _ described: LedgerCall, arguments: LedgerPayload?
  ) -> DecisionRecord {
    let snapshot = call.snapshot
    return DecisionRecord(
      call: described, arguments: arguments, environment: snapshot.environment,
      decision: decision.verdict.recorded, policies: decision.policies,
      annotations: decision.annotations, remedies: decision.remedies.map(\.rawValue),
      policyErrors: decision.errors, policyVersion: snapshot.policies.version,
      entitiesVersion: snapshot.decider.entitiesVersion,
      reason: decision.verdict == .forbidErred ? "a forbid could not be evaluated" : nil,
      duration: microseconds(since: call))
  }

  /// Stages the outcome of a request about a prompt, a resource or a completion.
  /// - Parameter sentAt: nil when a cached answer is given.
  @inline(never)
  func stage(
    _ exchange: Exchange, of call: Call, about subject: Subject, sentAt: MonotonicTime?
  ) -> LedgerPosition? {
    let described = describe(call, subject)
    var record = OutcomeRecord(
      call: call.id, status: .ok, server: described.server, tool: described.tool,
      prompt: described.prompt, resource: described.resource?.uri, isCached: sentAt == nil,
      upstreamDuration: sentAt.map { MonotonicTime.read().microseconds(since: $0) },
      duration: microseconds(since: call))
    fill(&record, exchange, call)
    return stage(.outcome(record))
  }

  /// Stages what a meta-tool answered, with what it was asked; the decision is what policy left of
  /// the tools.
  @inline(never)
  func stage(
    _ tool: MetaTool, of call: Call, _ arguments: JSONNode, _ listing: DecisionRecord.Listing,
    result: JSONNode
  ) -> LedgerPosition? {
    let keeping = call.snapshot.keeping
    let decision = DecisionRecord(
      call: describe(call, tool: tool.rawValue), arguments: keeping.arguments(arguments),
      environment: call.snapshot.environment, decision: .allow,
      policyVersion: call.snapshot.policies.version,
      entitiesVersion: call.snapshot.decider.entitiesVersion, listing: listing,
      duration: microseconds(since: call))
    guard stage(.decision(decision)) != nil else { return nil }
    return stage(
      .outcome(
        OutcomeRecord(
          call: call.id, status: .ok, tool: tool.rawValue, result: keeping.result(result),
          duration: microseconds(since: call))))
  }

  @inline(never)
  func stageList(_ call: Call, _ listing: DecisionRecord.Listing) -> LedgerPosition? {
    stage(
      .decision(
        DecisionRecord(
          call: describe(call), environment: call.snapshot.environment, decision: .allow,
          policyVersion: call.snapshot.policies.version,
          entitiesVersion: call.snapshot.decider.entitiesVersion,
          listing: listing, duration: microseconds(since: call))))
  }

  @inline(never)
  func refuse(
    _ call: Call, _ refusal: RefusedRecord.Refusal, code: Int?, _ reason: String,
    tool: String? = nil
  ) async {
    _ = await isWritten(
      stage(
        .refused(
          RefusedRecord(
            call: describe(call, tool: tool), refusal: refusal, code: code, reason: reason))))
  }

  @inline(never)
  func refuse(
    _ call: Call, _ refusal: RefusedRecord.Refusal, code: Int?, _ reason: String, tool: Tool
  ) async {
    _ = await isWritten(
      stage(
        .refused(
          RefusedRecord(
            call: describe(call, tool), refusal: refusal, code: code, reason: reason))))
  }

  @inline(never)
  func refuse(
    _ call: Call, _ refusal: RefusedRecord.Refusal, code: Int?, _ reason: String,
    about subject: Subject
  ) async {
    _ = await isWritten(
      stage(
        .refused(
          RefusedRecord(
            call: describe(call, subject), refusal: refusal, code: code, reason: reason))))
  }

  @inline(never)
  func refuse(_ call: Call, _ violations: [ToolArguments.Violation], _ tool: Tool) async {
    let texts = violations.map(\.brief)
    await refuse(call, .invalidArguments, code: nil, texts.joined(separator: "; "), tool: tool)
  }

  @inline(never)
  func stage(_ content: LedgerRecord.Content) -> LedgerPosition? {
    stage { () throws(LedgerError) in try ledger.append(LedgerRecord(content)) }
  }

  private func stage(_ append: () throws(LedgerError) -> LedgerPosition) -> LedgerPosition? {
    do {
      return try append()
    } catch {
      report(error)
      return nil
    }
  }

  /// Waits until a killed process could not lose the record. False: there is no promise.
  @inline(never)
  func isWritten(_ position: LedgerPosition?) async -> Bool {
    guard let position else { return false }
    do {
      try await ledger.written(position)
      return true
    } catch {
      report(error)
      return false
    }
  }

  /// Waits until a loss of power could not lose the record. False: there is no promise.
  @inline(never)
  func isDurable(_ position: LedgerPosition?) async -> Bool {
    guard let position else { return false }
    do {
      try await ledger.durable(position)
      return true
    } catch {
      report(error)
      return false
    }
  }

  private func report(_ error: LedgerError) {
    log.error("the ledger cannot be written; calls are denied", [("reason", "\(error)")])
  }

  func describe(_ call: Call, _ tool: Tool) -> LedgerCall {
    var described = describe(call)
    described.server = tool.server
    described.tool = tool.upstreamName
    described.toolDigest = tool.digest
    described.effect = tool.effect.rawValue
    return described
  }

  /// What records say of a call about something.
  func describe(_ call: Call, _ subject: Subject) -> LedgerCall {
    var described = describe(call)
    described.server = subject.server
    switch subject {
    case .tool(let tool): return describe(call, tool)
    case .argument(let completion): return describe(call, completion.subject)
    case .prompt(let prompt): described.prompt = prompt.upstreamName
    case .resource(let resource):
      described.resource = LedgerResource(
        uri: resource.upstreamURI, name: resource.name, mimeType: resource.mimeType)
    }
    return described
  }

  private func describe(_ call: Call, tool: String? = nil) -> LedgerCall {
    let client = call.request.client
    let meta = call.request.meta
    return LedgerCall(
      id: call.id,
      parent: meta?[member: MetaKey.parent]?.string ?? call.continued,
      continues: call.continued,
      traceparent: meta?[member: MetaKey.traceparent]?.string, span: call.trace?.span,
      era: client.version.era.rawValue, transport: client.transport.rawValue,
      client: client.name == nil && client.softwareVersion == nil
        ? nil : LedgerClient(name: client.name, version: client.softwareVersion),
      method: call.request.method, through: call.through?.rawValue, principal: call.caller.recorded,
      authentication: call.authentication, origin: client.origin, session: client.sessionID,
      profile: call.request.endpoint.profile,
      server: call.request.endpoint.server, tool: tool, claims: call.snapshot.keeping.claims(meta))
  }

  func microseconds(since call: Call) -> Int64 {
    MonotonicTime.read().microseconds(since: call.startedAt)
  }
}

extension LedgerPrincipal {
  init(_ principal: Principal) {
    self.init(
      human: principal.human, agent: principal.agent, tenant: principal.tenant,
      roles: principal.roles, credential: principal.credential, issuer: principal.issuer,
      client: principal.client, instance: principal.instance, actors: principal.actors,
      scopes: principal.scopes, binding: principal.binding?.rawValue)
  }
}

extension MonotonicTime {
  /// Whole microseconds from an earlier moment; 0 if it is not earlier.
  func microseconds(since earlier: MonotonicTime) -> Int64 {
    nanoseconds > earlier.nanoseconds
      ? Int64(clamping: (nanoseconds - earlier.nanoseconds) / 1000) : 0
  }
}

extension PolicyDecision.Verdict {
  /// As records name it.
  var recorded: DecisionRecord.Decision {
    switch self {
    case .allow: .allow
    case .ask: .ask
    case .deny, .forbidErred: .deny
    }
  }
}
