import JSON
import Reactor

/// A JSON-RPC batch (MCP 2025-03-26, basic): its answers go out together, when the last is there.
struct StdioBatch {
  private(set) var answers: BatchAnswers
  /// Answers that are to come, and one more while the batch is being read.
  var owed = 1

  init(_ limits: ClientFaceLimits) { answers = BatchAnswers(limits) }

  mutating func put(_ answer: OutgoingBytes, to id: RequestID?) { answers.put(answer, to: id) }
}

extension StdioMachine {
  mutating func receive(batch: JSONNode) -> [Action] {
    guard batch.count > 0, batch.count <= limits.maxBatchMessages else {
      return refuse(
        nil, Code.invalidRequest, "a batch has 1 to \(limits.maxBatchMessages) messages",
        kind: .malformed)
    }
    let number = nextNumber()
    batches[number] = StdioBatch(limits)
    var actions: [Action] = []
    for message in batch.elements {
      actions += receive(message: message, bytes: message.raw.count, in: number)
    }
    return actions + settle(nil, in: number)
  }

  /// An answer will be due.
  mutating func owe(_ batch: UInt64?) {
    if let batch { batches[batch]?.owed += 1 }
  }

  /// Answers at once.
  mutating func respond(
    _ message: OutgoingBytes, to id: RequestID?, in batch: UInt64?
  ) -> [Action] {
    guard let batch else { return [.write(message)] }
    batches[batch]?.put(message, to: id)
    return []
  }

  mutating func respondEmpty(_ id: RequestID, in batch: UInt64?) -> [Action] {
    respond(ResponseEncoder.encode(sessionResult: Array("{}".utf8), to: id), to: id, in: batch)
  }

  /// An answer that was due is there, or (nil) will not come.
  mutating func settle(
    _ message: OutgoingBytes?, to id: RequestID? = nil, in batch: UInt64?
  ) -> [Action] {
    guard let batch else { return message.map { [.write($0)] } ?? [] }
    if let message { batches[batch]?.put(message, to: id) }
    batches[batch]?.owed -= 1
    guard let settled = batches[batch], settled.owed == 0 else { return [] }
    batches[batch] = nil
    return settled.answers.message.map { [.write($0)] } ?? []
  }
}
