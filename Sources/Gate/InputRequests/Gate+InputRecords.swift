import JSON
import Ledger
import MCP

/// Records of what upstreams ask of clients. A question is a call in the other direction: its
/// decision says what was asked and whether it might be, its outcome what was answered.
extension Gate {
  /// Stages the decision about a question. Nil: it cannot be recorded.
  func stage(
    _ decision: PolicyDecision, about request: InputRequests.Request, id: String, of call: Call,
    _ subject: Subject
  ) -> LedgerPosition? {
    var described = describe(call, subject)
    described.id = id
    described.parent = call.id
    described.continues = nil
    described.method = request.kind.method
    return stage(
      .decision(
        record(
          decision, of: call, described,
          arguments: request.params.map(call.snapshot.keeping.arguments))))
  }

  /// Stages that a question policy allowed was not asked, because another one was denied.
  func stageUnasked(
    _ question: Continuation.Question, of call: Call, _ subject: Subject
  ) -> LedgerPosition? {
    stage(
      .outcome(
        OutcomeRecord(
          call: question.call, status: .cancelled, server: subject.server,
          error: "another question of the same round was denied")))
  }

  /// Stages what the client answered, before policy decides about the call that brings it; so they
  /// are on record when that decision is.
  func stageAnswers(of call: Call, _ params: JSONNode) {
    guard let continuation = call.continuation,
      let responses = params[member: "inputResponses"]
    else { return }
    for question in continuation.questions {
      guard let response = responses[member: question.key] else { continue }
      let error = response[member: MetaKey.clientError]
      _ = stage(
        .outcome(
          OutcomeRecord(
            call: question.call, status: error == nil ? .ok : .protocolError,
            server: continuation.server, result: call.snapshot.keeping.arguments(response),
            error: error.map {
              "JSON-RPC error \($0[member: "code"]?.int64.map { "\($0)" } ?? "without a code")"
            })))
    }
  }
}
