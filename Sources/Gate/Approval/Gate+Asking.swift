import Approvals
import Catalog
import Configuration
import Crypto
import Identity
import JSON
import Ledger
import MCP

/// A call that policy lets pass with the word of people only: it opens an approval or joins one,
/// and goes on when there is enough.
extension Gate {
  /// The approval of a call, or why there is none.
  private enum Sought {
    case approval(Approval)
    case none(Denial.Reason)
  }

  /// Of an ask that is on record.
  @inline(never)
  func seekApproval(
    _ call: Call, _ tool: Tool, _ arguments: JSONNode, _ decision: PolicyDecision,
    _ notifier: ClientNotifier
  ) async -> MCPResponse {
    guard let book = approvals, call.approval == nil else { return deny(call, tool, decision) }
    if let standing = standingApproval(for: call, tool) {
      let granted = Call(call, as: nextID(), with: standing)
      // Where a grant is not enough, people are asked as if there were none.
      if decide(granted, tool, arguments).verdict == .allow {
        return await callTool(granted, notifier)
      }
    }
    let wanted = call.snapshot.policies.remedyTerms(decision.policies)
    let canAnswer = !decision.remedies.contains(.stepUp) || call.caller.principal.human != nil
    guard wanted.isCurable, canAnswer else { return deny(call, tool, decision) }
    let (terms, canonical) = self.terms(of: call, tool, arguments)
    if let continuation = call.continuation {
      guard let used = Self.used(by: continuation, on: terms, in: book) else {
        return deny(call, tool, decision)
      }
      return await callTool(Call(call, as: nextID(), with: used), notifier)
    }
    let asked: Sought
    if let state = call.awaited, let known = try? book.approval(state.approval) {
      asked = known.terms == terms ? .approval(known) : .none(await changed(known, terms, call))
    } else {
      let ask = ApprovalAsk(
        call: call.id, arguments: canonical, effect: tool.effect.rawValue,
        remedies: decision.remedies.map(\.rawValue), policies: decision.policies,
        advice: decision.advice, clientName: call.request.client.name,
        clientVersion: call.request.client.softwareVersion, requester: call.caller.principal,
        origin: call.request.client.origin,
        transport: call.request.client.transport.rawValue, environment: call.snapshot.environment,
        traceparent: call.request.meta?[member: MetaKey.traceparent]?.string,
        needsReason: wanted.needsReason, contexts: wanted.stepUp.contexts,
        maxAge: wanted.stepUp.maxAge)
      let now = Self.now
      let within = wanted.within ?? call.snapshot.approvalTerms.deadline.components.seconds
      asked = await open(terms, ask, until: now + within, at: now, call, tool)
    }
    switch asked {
    case .approval(let approval): return await follow(approval, call, tool, notifier)
    case .none(let reason): return deny(call, tool, reason)
    }
  }

  /// What an approval of a call is bound to, and the canonical arguments.
  func terms(
    of call: Call, _ tool: Tool, _ arguments: JSONNode
  ) -> (terms: ApprovalTerms, arguments: [UInt8]) {
    // A number that no double holds has no canonical form; spelled the same it is the same.
    let canonical =
      (try? JSONCanonical.encode(arguments, bigIntegers: .verbatim)) ?? Array(arguments.raw)
    let who = call.caller.principal
    let terms = ApprovalTerms(
      agent: who.agent, human: who.human, roles: who.roles, tenant: who.tenant,
      server: tool.server, tool: tool.name, argumentsDigest: SHA256.hash(canonical).hex,
      pin: tool.digest, policyVersion: call.snapshot.boundPolicyVersion)
    return (terms, canonical)
  }

  /// The approval that an earlier round of the same call used.
  private static func used(
    by continuation: Continuation, on terms: ApprovalTerms, in book: ApprovalBook
  ) -> CallApproval? {
    guard let id = continuation.approval, let used = try? book.approval(id), used.state == .used,
      used.usedBy == continuation.firstCall, used.terms == terms
    else { return nil }
    return CallApproval(used)
  }

  /// Opens an approval or joins one.
  private func open(
    _ terms: ApprovalTerms, _ ask: ApprovalAsk, until deadline: Int64, at now: Int64,
    _ call: Call, _ tool: Tool
  ) async -> Sought {
    guard let book = approvals else { return .none(.ledger) }
    do throws(ApprovalRefusal) {
      let (approval, isNew) = try await book.request(terms, ask, at: now, until: deadline)
      guard isNew else { return .approval(approval) }
      guard await record(.requested, approval, about: call.id) else {
        await void(approval.id, because: "it could not be recorded")
        return .none(.ledger)
      }
      return .approval(approval)
    } catch {
      await refuse(call, .approval, code: nil, error.description, tool: tool)
      return .none(.approvalRefused(error))
    }
  }

  /// What it was asked for is not what is called now.
  private func changed(
    _ approval: Approval, _ terms: ApprovalTerms, _ call: Call
  ) async -> Denial.Reason {
    let reason = approval.terms.difference(from: terms)
    let ended = approval.isOpen ? await void(approval.id, because: reason) : approval
    return .unapproved(ended ?? approval)
  }

  /// Goes on with a call whose approval stands where it stands.
  func follow(
    _ approval: Approval, _ call: Call, _ tool: Tool, _ notifier: ClientNotifier
  ) async -> MCPResponse {
    switch approval.state {
    case .approved: return await use(approval, for: call, notifier)
    case .pending: return await wait(for: approval, call, tool, notifier)
    case .denied, .expired, .voided, .used:
      await refuse(
        call, .approval, code: nil, "\(approval.id) is \(approval.state.rawValue)", tool: tool)
      return deny(call, tool, .unapproved(approval))
    }
  }

  /// A request that brings the `requestState` of a call that waits.
  func resumeWaiting(_ call: Call, about subject: Subject, _ token: String) async -> Resumed {
    do throws(ContinuationError) {
      let state = try WaitingState.open(
        token, sealedBy: seal, at: Self.now, principal: call.caller.key,
        request: RequestDigest.of(
          call.request.method, server: subject.server, target: subject.target,
          params: call.request.params))
      return .call(Call(call, whichAwaited: state))
    } catch {
      return await refused(call, subject, .invalidState, error.message)
    }
  }
}

extension ApprovalTerms {
  /// What of the gateway's own changed since, for a person.
  fileprivate func difference(from now: ApprovalTerms) -> String {
    if policyVersion != now.policyVersion { return "the policies changed" }
    if pin != now.pin { return "the definition of the tool changed" }
    return "the call is another"
  }
}
