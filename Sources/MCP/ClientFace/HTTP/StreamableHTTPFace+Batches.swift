import HTTP
import JSON
import Reactor

// JSON-RPC batches, which only 2025-03-26 has (MCP 2025-03-26, basic/transports).
extension StreamableHTTPFace {
  /// Serves the messages of a batch at the same time. Their answers are one array, or events of one
  /// stream.
  func take(batch: JSONNode, _ answer: HTTPAnswer, in session: InSession, bytes: Int)
    async throws(HTTPRefusal)
  {
    guard session.channel.client?.version == .v2025_03_26 else {
      // Says that there are no batches.
      _ = try HTTPRequestLadder.message(batch)
      return
    }
    guard (1...limits.maxBatchMessages).contains(batch.count) else {
      throw HTTPRefusal(
        400, JSONRPCError.Code.invalidRequest,
        "a batch has 1 to \(limits.maxBatchMessages) messages", kind: .malformed)
    }
    let parts = batch.elements.map(BatchedMessage.init)
    answer.partsToCome = parts.count { $0.wantsAnswer }
    answer.cancelsOnDisconnect = false
    answer.openCallStream = callStreamOpener(for: answer, of: session.channel)
    let hasAnswer = answer.partsToCome > 0
    var tasks: [Task<Void, Never>] = []
    for part in parts {
      switch part {
      case .malformed(let refusal):
        answer.finishPart(ResponseEncoder.encode(refusal.error, to: refusal.id), to: refusal.id)
        await record(refusal, of: answer, method: nil, session.principal)
      case .message(.request(let id, let method, let params)):
        let call = SessionRequest(
          id: id, method: method, params: params, bytes: bytes / parts.count)
        tasks.append(begin(call, as: BatchPart(id, of: answer), of: answer, in: session))
      case .message(let message): await note(message, in: session)
      }
    }
    if !hasAnswer { answer.finish(status: 202) }
    let begun = tasks
    await withTaskCancellationHandler {
      for task in begun { await task.value }
    } onCancel: {
      for task in begun { task.cancel() }
    }
  }

  /// Serves one request of a batch in a task of its own, so that it can be cancelled alone.
  private func begin(
    _ call: SessionRequest, as part: BatchPart, of answer: HTTPAnswer, in session: InSession
  ) -> Task<Void, Never> {
    let work = BatchWork()
    let task = Task(executorPreference: loop) { [self] in
      guard let task = work.task else { return }
      do throws(HTTPRefusal) {
        try await serve(call, through: part, by: task, in: session)
      } catch {
        part.answer(ResponseEncoder.encode(error.error, to: error.id ?? call.id))
        await record(error, of: answer, method: call.method, session.principal)
      }
    }
    work.task = task
    return task
  }
}

/// The task of one request of a batch. Confined to its loop, and set before the task runs.
private final class BatchWork: @unchecked Sendable {
  var task: Task<Void, Never>?
}

/// An element of a batch.
private enum BatchedMessage {
  case message(SessionMessage)
  case malformed(HTTPRefusal)

  init(_ node: JSONNode) {
    do throws(HTTPRefusal) {
      self = .message(SessionMessage(try HTTPRequestLadder.message(node)))
    } catch {
      self = .malformed(error)
    }
  }

  var wantsAnswer: Bool {
    switch self {
    case .message(let message): message.requestID != nil
    case .malformed: true
    }
  }
}
