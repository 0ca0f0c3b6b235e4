import Crypto
import JSON
import Ledger
import MCP
import Reactor

/// What upstreams ask of clients in the middle of a call, and what comes back
/// (MCP 2026-07-28, basic/patterns/mrtr).
extension Gate {
  /// Seconds since 1970 UTC.
  static var now: Int64 { LedgerRecord.now() / 1_000_000 }

  /// A call that brings answers, or what is wrong with it.
  enum Resumed {
    case call(Call)
    /// Refused, and on record as that.
    case failure(JSONRPCError)
    /// The client answered with an error, and the upstream has no way to be told.
    case unanswered
  }

  /// Whether a request brings answers to questions.
  func bringsAnswers(_ params: JSONNode) -> Bool {
    params[member: "requestState"] != nil || params[member: "inputResponses"] != nil
  }

  /// Opens the state that a request brings, and records the answers with it.
  ///
  /// Answers without state are taken as they are: a client may know what will be asked. They go
  /// upstream and are the upstream's to judge.
  @inline(never)
  func resume(_ call: Call, about subject: Subject) async -> Resumed {
    guard let params = call.request.params else { return .call(call) }
    if let problem = InputResponses.problem(in: params) {
      return await refused(call, subject, .malformed, problem)
    }
    guard let state = params[member: "requestState"] else { return .call(call) }
    guard let token = state.string else {
      return await refused(call, subject, .malformed, "params.requestState must be a string")
    }
    if seal.open(token, for: .approval, at: Self.now) != nil {
      return await resumeWaiting(call, about: subject, token)
    }
    let continuation: Continuation
    do {
      continuation = try Continuation.open(
        token, sealedBy: seal, at: Self.now, server: subject.server, principal: call.caller.key,
        request: RequestDigest.of(
          call.request.method, server: subject.server, target: subject.target, params: params))
    } catch {
      return await refused(call, subject, .invalidState, error.message)
    }
    let resumed = Call(resuming: call, continuation)
    stageAnswers(of: resumed, params)
    if InputResponses.refusal(in: params) != nil, !subject.isOfSessionEra {
      await refuse(
        resumed, .unanswered, code: nil, "the client answered a question with an error",
        about: subject)
      return .unanswered
    }
    return .call(resumed)
  }

  func refused(
    _ call: Call, _ subject: Subject, _ refusal: RefusedRecord.Refusal, _ reason: String
  ) async -> Resumed {
    let code = JSONRPCError.Code.invalidParams
    await refuse(call, refusal, code: code, reason, about: subject)
    return .failure(JSONRPCError(code: code, message: reason))
  }

  /// Checks what an upstream asks, asks policy about each question, and gives the client what
  /// policy lets pass: all of it, or nothing.
  @inline(never)
  func ask(_ result: JSONNode, _ call: Call, _ subject: Subject) async -> Exchange {
    let asked: InputRequests
    do {
      asked = try InputRequests(
        result, answering: call.request.method,
        declared: ClientCapabilities(call.request.client.capabilities))
    } catch {
      return .failed(.protocolViolation(reason: error.reason))
    }
    let round = (call.continuation?.round ?? 0) + 1
    guard round <= Continuation.roundsMax else {
      return .failed(
        .protocolViolation(reason: "it asks for the \(round)th time, in one request"))
    }
    guard let questions = decide(asked, call, subject) else { return .unrecorded }
    if let position = questions.position {
      guard await isWritten(position) else { return .unrecorded }
    }
    if let (method, decision) = questions.denied {
      tellDenial(of: asked, call, subject)
      return .denied(result, method: method, decision)
    }
    let continuation = Continuation(
      server: subject.server, inner: asked.state.map { Array($0.raw) },
      principal: call.caller.key,
      request: RequestDigest.of(
        call.request.method, server: subject.server, target: subject.target,
        params: call.request.params),
      expiry: Self.now + Continuation.lifetime, round: round,
      firstCall: call.continuation?.firstCall ?? call.id, approval: call.approval?.told.approval,
      questions: questions.allowed)
    guard let token = try? continuation.token(sealedBy: seal, at: Self.now) else {
      return .unrecorded
    }
    return .asked(
      result, answer: Self.answer(result, token, from: subject.server, at: call.request.endpoint))
  }

  /// What policy says of the questions of a round.
  struct Decided {
    var allowed: [Continuation.Question] = []
    var denied: (method: String, decision: PolicyDecision)?
    var position: LedgerPosition?
  }

  /// Decides about each question and stages the decisions, up to the first that is denied. Nil when
  /// one cannot be recorded.
  /// - Parameter isRecording: false when the same was decided and is on record.
  func decide(
    _ asked: InputRequests, _ call: Call, _ subject: Subject, recording isRecording: Bool = true
  ) -> Decided? {
    var decided = Decided()
    let entities = entities(of: call)
    for request in asked.requests {
      let decision =
        entities.map {
          call.snapshot.decider.decideInput(
            request.kind, during: subject, caller: call.caller, entities: $0,
            client: call.request.client)
        } ?? .unknown
      guard isRecording else {
        guard decision.verdict == .allow else {
          decided.denied = (request.kind.method, decision)
          return decided
        }
        continue
      }
      let id = nextID()
      decided.position = stage(decision, about: request, id: id, of: call, subject)
      guard decided.position != nil else { return nil }
      guard decision.verdict == .allow else {
        decided.denied = (request.kind.method, decision)
        for question in decided.allowed {
          decided.position = stageUnasked(question, of: call, subject)
          guard decided.position != nil else { return nil }
        }
        return decided
      }
      decided.allowed.append(Continuation.Question(key: request.key, call: id))
    }
    return decided
  }

  /// An upstream with sessions waits for answers: it is told that there will be none, and what it
  /// makes of that is dropped.
  private func tellDenial(of asked: InputRequests, _ call: Call, _ subject: Subject) {
    guard subject.isOfSessionEra, let state = asked.state else { return }
    var writer = JSONWriter(reservingCapacity: 256)
    writer.beginObject()
    for request in asked.requests {
      writer.name(request.key)
      writer.beginObject()
      writer.name(MetaKey.clientError)
      writer.raw(Self.denialOfQuestion)
      writer.endObject()
    }
    writer.endObject()
    let request = UpstreamRequest(
      method: call.request.method, params: call.request.params, target: subject.target,
      edits: [
        UpstreamRequest.Edit(member: "requestState", value: Array(state.raw)),
        UpstreamRequest.Edit(member: "inputResponses", value: writer.bytes),
      ],
      timeout: subject.timeout, principal: call.caller.key)
    let upstream = subject.upstream
    loop.spawn { _ = try? await upstream.call(request, notices: nil) }
  }

  /// What hosts answer when a person says no (MCP 2025-11-25, client/sampling).
  private static let denialOfQuestion = Array(
    #"{"code":-1,"message":"denied by the policy of the gateway in between"}"#.utf8)

  /// The result that the client gets.
  private static func answer(
    _ result: JSONNode, _ token: String, from server: String, at endpoint: Endpoint
  ) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: result.raw.count + token.utf8.count + 512)
    writer.beginObject()
    writer.members(of: result) { !$0.equals("requestState") && !$0.equals("inputRequests") }
    if let requests = result[member: "inputRequests"] {
      writer.name("inputRequests")
      InputOrigin.write(requests, from: server, at: endpoint, to: &writer)
    }
    writer.name("requestState")
    writer.string(token)
    writer.endObject()
    return writer.bytes
  }
}

extension Subject {
  /// Whether its upstream keeps a call waiting while it asks.
  var isOfSessionEra: Bool { upstream.status.peer?.version.era == .session }
}
