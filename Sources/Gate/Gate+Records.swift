import Catalog
import Configuration
import Identity
import JSON
import Ledger
import Logging
import MCP
import Reactor

/// What the gate writes down.
extension Gate {
  /// Records the decision as firmly as the tool's effect asks. False: it could not be recorded, and
  /// nothing may happen.
  func record(
    _ decision: PolicyDecision, of call: Call, _ tool: Tool, _ arguments: JSONNode
  ) async -> Bool {
    let isAllowed = decision.verdict == .allow
    let record = DecisionRecord(
      call: describe(call, server: tool.server, tool: tool.upstreamName, effect: tool.effect.rawValue),
      arguments: LedgerArguments(bytes: arguments.raw.count),
      decision: isAllowed ? .allow : .deny, policies: decision.policies,
      policyErrors: decision.errors, policyVersion: call.snapshot.policies.version,
      reason: decision.verdict == .forbidErred ? "a forbid could not be evaluated" : nil,
      duration: microseconds(since: call))
    return await append(.decision(record), isDurable: isAllowed && tool.effect != .read)
  }

  func record(
    _ reply: Result<UpstreamReply, UpstreamError>, of call: Call, _ tool: Tool,
    upstreamTook: Duration
  ) async -> Bool {
    var record = OutcomeRecord(
      call: call.id, status: .ok, server: tool.server, tool: tool.upstreamName,
      upstreamDuration: upstreamTook.wholeMicroseconds, duration: microseconds(since: call))
    switch reply {
    case .success(.result(let result)):
      record.bytes = result.raw.count
      if result[member: "isError"]?.bool == true { record.status = .toolError }
    case .success(.error(let error)):
      record.status = .protocolError
      record.bytes = error.raw.count
      record.error = error[member: "message"]?.string
    case .failure(let error):
      switch error {
      case .timedOut: record.status = .timeout
      case .cancelled: record.status = .cancelled
      default: record.status = .upstreamError
      }
      record.error = error.reason
    }
    return await append(.outcome(record), isDurable: false)
  }

  func recordList(_ call: Call, shown: Int, of all: Int) async -> Bool {
    let record = DecisionRecord(
      call: describe(call), decision: .allow, policyVersion: call.snapshot.policies.version,
      reason: "\(shown) of \(all) tools shown", duration: microseconds(since: call))
    return await append(.decision(record), isDurable: false)
  }

  func refuse(
    _ call: Call, _ refusal: RefusedRecord.Refusal, code: Int?, _ reason: String,
    tool: String? = nil
  ) async {
    let record = RefusedRecord(
      call: describe(call, tool: tool), refusal: refusal, code: code, reason: reason)
    _ = await append(.refused(record), isDurable: false)
  }

  func refuse(
    _ call: Call, _ refusal: RefusedRecord.Refusal, code: Int?, _ reason: String, tool: Tool
  ) async {
    let record = RefusedRecord(
      call: describe(
        call, server: tool.server, tool: tool.upstreamName, effect: tool.effect.rawValue),
      refusal: refusal, code: code, reason: reason)
    _ = await append(.refused(record), isDurable: false)
  }

  func append(_ content: LedgerRecord.Content, isDurable: Bool) async -> Bool {
    do {
      let position = try ledger.append(LedgerRecord(content))
      if isDurable {
        try await ledger.durable(position)
      } else {
        try await ledger.written(position)
      }
      return true
    } catch {
      log.error("the ledger cannot be written; calls are denied", [("reason", "\(error)")])
      return false
    }
  }

  private func describe(
    _ call: Call, server: String? = nil, tool: String? = nil, effect: String? = nil
  ) -> LedgerCall {
    let client = call.request.client
    return LedgerCall(
      id: call.id, traceparent: call.request.meta?[member: MetaKey.traceparent]?.string,
      era: client.version.era.rawValue, transport: client.transport.rawValue,
      client: client.name == nil && client.softwareVersion == nil
        ? nil : LedgerClient(name: client.name, version: client.softwareVersion),
      method: call.request.method, principal: LedgerPrincipal(call.caller.principal),
      session: client.sessionID, server: server, tool: tool, effect: effect)
  }

  private func microseconds(since call: Call) -> Int64 {
    (loop.now - call.startedAt).wholeMicroseconds
  }
}

extension LedgerPrincipal {
  init(_ principal: Principal) {
    self.init(
      human: principal.human, agent: principal.agent, tenant: principal.tenant,
      roles: principal.roles)
  }
}

extension Duration {
  /// Rounded down.
  var wholeMicroseconds: Int64 {
    components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
  }
}
