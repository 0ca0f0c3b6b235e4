import JSON

/// A JSON-RPC batch (MCP 2025-03-26, basic): its answers go out together, when the last is there.
struct StdioBatch {
  private(set) var responses: [[UInt8]] = []
  /// Answers that are to come, and one more while the batch is being read.
  var owed = 1

  mutating func put(_ response: [UInt8]) { responses.append(response) }

  /// All answers as one message; nil when there are none.
  var message: [UInt8]? {
    guard !responses.isEmpty else { return nil }
    var message = [UInt8(ascii: "[")]
    message.reserveCapacity(responses.reduce(1) { $0 + $1.count + 1 })
    for response in responses {
      if message.count > 1 { message.append(UInt8(ascii: ",")) }
      message += response
    }
    message.append(UInt8(ascii: "]"))
    return message
  }
}

extension StdioMachine {
  mutating func receive(batch: JSONNode) -> [Action] {
    guard batch.count > 0, batch.count <= limits.maxBatchMessages else {
      return refuse(
        nil, Code.invalidRequest, "a batch has 1 to \(limits.maxBatchMessages) messages",
        kind: .malformed)
    }
    let number = nextNumber()
    batches[number] = StdioBatch()
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
  mutating func respond(_ message: [UInt8], in batch: UInt64?) -> [Action] {
    guard let batch else { return [.write(message)] }
    batches[batch]?.put(message)
    return []
  }

  mutating func respondEmpty(_ id: RequestID, in batch: UInt64?) -> [Action] {
    respond(ResponseEncoder.encode(sessionResult: Array("{}".utf8), to: id), in: batch)
  }

  /// An answer that was due is there, or (nil) will not come.
  mutating func settle(_ message: [UInt8]?, in batch: UInt64?) -> [Action] {
    guard let batch else { return message.map { [.write($0)] } ?? [] }
    if let message { batches[batch]?.put(message) }
    batches[batch]?.owed -= 1
    guard let settled = batches[batch], settled.owed == 0 else { return [] }
    batches[batch] = nil
    return settled.message.map { [.write($0)] } ?? []
  }
}
