import Approvals
import JSON
import MCP
import Orders

/// A request that is not forwarded, as the model and as machines are told.
///
/// Of a tool's call it is a tool result with `isError`, so that the model reads it and can act on
/// it (MCP 2026-07-28, server/tools, error handling); of any other request it is a JSON-RPC error.
/// A call that is one too many is told by an error as well: that one is for the client, which knows
/// the status 429 and can wait.
struct Denial {
  enum Reason {
    /// The arguments do not fit the tool's schema.
    case arguments(violations: [String])
    /// There is no such tool, or none that the caller may know of.
    case unknownTool
    /// Policy says no. `policies` are those that determined it; empty when none permits.
    case policy(policies: [String], advice: [String])
    /// Policy says no unless it is remedied, which cannot be done for this request.
    case ask(policies: [String], remedies: [Remedy], advice: [String])
    /// Policy says no to this token; another one would do.
    case challenged(AuthenticationFailure, policies: [String])
    /// Its approval did not come, or counts no more.
    case unapproved(Approval)
    /// People could not be asked, or what they said is not for this call.
    case approvalRefused(ApprovalRefusal)
    /// A forbid could not be evaluated; the gate does not guess.
    case policyError(policies: [String])
    case throttled(limit: Int)
    case quota(QuotaRefusal)
    /// The tool has another definition than the one that the caller was listed.
    case changed
    /// The server says that its tools changed, and what they are now is not known.
    case unverified
    /// The server was connected anew, and who it is now is not known.
    case unidentified
    /// A person stopped it, or its caller.
    case stopped(Stop, StoppedCall)
    /// Nothing may happen that cannot be written down.
    case ledger
    case upstream(UpstreamError)
    /// Policy does not let the server ask what it wants to know before it goes on.
    case question(method: String, policies: [String])
    /// The client did not answer what the server asked.
    case unanswered

    /// One word for machines.
    var word: String {
      switch self {
      case .arguments: "invalid_arguments"
      case .unknownTool: "unknown_tool"
      case .policy: "denied"
      case .ask: "remedy_needed"
      case .challenged(let failure, _): failure.error?.rawValue ?? "remedy_needed"
      case .unapproved(let approval): "approval_\(approval.state.rawValue)"
      case .approvalRefused(let refusal): "approval_\(refusal.word)"
      case .policyError: "policy_error"
      case .throttled, .quota: "throttled"
      case .changed: "definition_changed"
      case .unverified: "definition_unverified"
      case .unidentified: "server_unidentified"
      case .stopped: "stopped"
      case .ledger: "ledger_unavailable"
      case .question: "input_denied"
      case .unanswered: "input_refused"
      case .upstream(let error):
        switch error {
        case .timedOut: "upstream_timeout"
        case .cancelled: "cancelled"
        default: "upstream_failed"
        }
      }
    }
  }

  let reason: Reason
  /// What the client calls the tool, the prompt or the resource.
  let tool: String
  let server: String
  let callID: String
  /// Whether it was a call of a tool.
  var isCall = true

  private var noun: String { isCall ? "call to" : "request for" }

  /// What happened, why, and what would help: for the model.
  var text: String {
    switch reason {
    case .arguments(let violations):
      return "The arguments for \(tool) do not fit its input schema, so the call was not made:\n"
        + violations.map { "- \($0)" }.joined(separator: "\n")
        + "\nCorrect the arguments and call again."
    case .unknownTool:
      return "Unknown tool: \(tool). search_tools finds those there are."
    case .policy(let policies, let advice):
      let why =
        policies.isEmpty
        ? "no policy permits it" : "forbidden by policy \(policies.joined(separator: ", "))"
      let help =
        advice.isEmpty
        ? "Repeating it will not help. A person who administers this gateway can change the policy."
        : advice.joined(separator: " ")
      return "The \(noun) \(tool) was denied: \(why). \(help) (call \(callID))"
    case .ask(let policies, let remedies, let advice):
      let needed = remedies.map(\.inWords).joined(separator: " and ")
      let help =
        advice.isEmpty
        ? "Repeating it will not help. Tell the person you act for what it needs."
        : advice.joined(separator: " ")
      return "The \(noun) \(tool) was not made: policy \(policies.joined(separator: ", ")) forbids "
        + "it without \(needed), which this gateway cannot obtain for it. \(help) "
        + "(call \(callID))"
    case .challenged(let failure, let policies):
      return "The \(noun) \(tool) was not made: policy \(policies.joined(separator: ", ")) "
        + "forbids it with this access token. \(failure.message). (call \(callID))"
    case .unapproved(let approval):
      return "The \(noun) \(tool) was not made: \(approval.endInWords) (call \(callID))"
    case .approvalRefused(let refusal):
      return "The \(noun) \(tool) was not made: \(refusal.description). (call \(callID))"
    case .policyError(let policies):
      return "The \(noun) \(tool) was denied: policy \(policies.joined(separator: ", ")) could not "
        + "be evaluated for it. A person who administers this gateway must correct the policy. "
        + "(call \(callID))"
    case .throttled(let limit):
      return
        "The \(noun) \(tool) was not made: \(limit) calls of this agent are under way already. "
        + "Wait for one to finish and call again."
    case .quota(let refusal):
      return "The \(noun) \(tool) was not made: \(refusal.inWords) (call \(callID))"
    case .changed:
      return
        "The \(noun) \(tool) was not made: its definition changed since it was listed. List the "
        + "tools again, and call again if it is still what you need."
    case .unverified:
      return "The \(noun) \(tool) was not made: the server \(server) says that its tools changed, "
        + "and its list could not be read again yet. List the tools again later."
    case .unidentified:
      return "The \(noun) \(tool) was not made: the server \(server) was connected anew, and who "
        + "it is could not be found out yet. Try again later."
    case .stopped(let stop, let state): return text(of: stop, state)
    case .ledger:
      return "The \(noun) \(tool) was not made: this gateway cannot record it at the moment. "
        + "A person who administers it must look at its ledger. (call \(callID))"
    case .upstream(let error):
      let state =
        error.mayHaveRun
        ? "It may or may not have run; check before you repeat it."
        : "It was not sent; it can be repeated later."
      return "The server \(server) did not answer the \(noun) \(tool): \(error.reason). \(state) "
        + "(call \(callID))"
    case .question(let method, let policies):
      let why =
        policies.isEmpty
        ? "no policy permits it" : "forbidden by policy \(policies.joined(separator: ", "))"
      return "The \(noun) \(tool) was ended: the server \(server) wants \(method) of the client "
        + "before it goes on, and that was denied: \(why). It may have run in part; check before "
        + "you repeat it. A person who administers this gateway can change the policy. "
        + "(call \(callID))"
    case .unanswered:
      return "The \(noun) \(tool) was ended: the client answered what the server \(server) asks "
        + "with an error. (call \(callID))"
    }
  }

  private func text(of stop: Stop, _ state: StoppedCall) -> String {
    let what =
      switch state {
      case .notMade: "The \(noun) \(tool) was not made"
      case .unknown: "The \(noun) \(tool) was ended"
      case .answered: "The \(noun) \(tool) was answered, but nobody is told the answer"
      }
    let then =
      state == .unknown
      ? " It had been sent to the server \(server): it may or may not have run; check before you "
        + "repeat it." : ""
    return "\(what): \(stop.target) was stopped by \(stop.actor): \(stop.reason).\(then) Repeating "
      + "it will not help until a person who administers this gateway lifts the stop \(stop.id). "
      + "(call \(callID))"
  }

  var answer: MCPResponse {
    switch reason {
    case .throttled, .quota: .failure(error)
    default: isCall ? result : .failure(error)
    }
  }

  /// The tool result, complete in stateless form.
  private var result: MCPResponse {
    let text = self.text
    var writer = JSONWriter(reservingCapacity: 512 + text.utf8.count)
    writer.beginObject()
    writer.textResult(text)
    writer.name("isError")
    writer.bool(true)
    writer.name("_meta")
    write(to: &writer)
    writer.endObject()
    return .built(writer.bytes)
  }

  /// The JSON-RPC error.
  var error: JSONRPCError {
    var writer = JSONWriter(reservingCapacity: 512)
    let seconds: Int? =
      switch reason {
      case .throttled: 1
      case .quota(let refusal): refusal.retryAfter
      default: nil
      }
    write(to: &writer, retryAfter: seconds)
    let code =
      switch reason {
      case .policy, .ask, .challenged, .unapproved, .approvalRefused, .policyError, .question,
        .stopped:
        JSONRPCError.Code.denied
      case .arguments, .unknownTool: JSONRPCError.Code.invalidParams
      case .throttled, .quota: JSONRPCError.Code.throttled
      case .changed, .unverified, .unidentified, .ledger, .upstream, .unanswered:
        JSONRPCError.Code.internalError
      }
    var error = JSONRPCError(code: code, message: text, data: writer.bytes)
    error.retryAfter = seconds
    return error
  }

  /// An object with what machines are told, under its key.
  private func write(to writer: inout JSONWriter, retryAfter seconds: Int? = nil) {
    writer.beginObject()
    writer.member("retryAfter", seconds.map(Int64.init))
    writer.name(MetaKey.decision)
    writer.beginObject()
    writer.name("decision")
    switch reason {
    case .ask, .challenged: writer.string("ask")
    default: writer.string("deny")
    }
    writer.name("reason")
    writer.string(reason.word)
    if isCall { writer.name("tool") } else { writer.name("name") }
    writer.string(tool)
    writer.name("callId")
    writer.string(callID)
    switch reason {
    case .policy(let policies, _), .policyError(let policies), .question(_, let policies):
      write("policies", policies, to: &writer)
    case .ask(let policies, let remedies, _):
      write("policies", policies, to: &writer)
      write("remedies", remedies.map(\.rawValue), to: &writer)
    case .challenged(_, let policies):
      write("policies", policies, to: &writer)
      write("remedies", [Remedy.stepUp.rawValue], to: &writer)
    case .unapproved(let approval):
      write("policies", approval.ask.policies, to: &writer)
      writer.name("approval")
      writer.string(approval.id)
    case .arguments(let violations): write("violations", violations, to: &writer)
    case .quota(let refusal):
      writer.name("quota")
      writer.string(refusal.quota)
      writer.name("measure")
      writer.string(refusal.measure.rawValue)
    case .stopped(let stop, _):
      writer.name("stop")
      writer.string(stop.id)
    default: break
    }
    writer.endObject()
    writer.endObject()
  }

  private func write(_ name: String, _ texts: [String], to writer: inout JSONWriter) {
    writer.name(name)
    writer.beginArray()
    for text in texts { writer.string(text) }
    writer.endArray()
  }
}

extension Denial.Reason {
  /// What policy did not allow.
  init(_ decision: PolicyDecision) {
    switch decision.verdict {
    case .ask:
      self = .ask(
        policies: decision.policies, remedies: decision.remedies, advice: decision.advice)
    case .forbidErred: self = .policyError(policies: decision.policies)
    case .deny, .allow: self = .policy(policies: decision.policies, advice: decision.advice)
    }
  }
}
