import Reactor

/// The answers to a batch, which go out together; bounded.
struct BatchAnswers {
  private var answers: [OutgoingBytes] = []
  private var bytes = 0
  private let bytesMax: Int

  init(_ limits: ClientFaceLimits) { bytesMax = limits.maxBatchAnswerBytes }

  /// Takes one in; an error about its size when there is no room.
  mutating func put(_ answer: OutgoingBytes, to id: RequestID?) {
    let kept = bytes + answer.count <= bytesMax ? answer : Self.tooLarge(to: id, bytesMax)
    bytes += kept.count
    answers.append(kept)
  }

  private static func tooLarge(to id: RequestID?, _ bytesMax: Int) -> OutgoingBytes {
    ResponseEncoder.encode(
      JSONRPCError(
        code: JSONRPCError.Code.internalError,
        message: "the answers to this batch are longer than \(bytesMax) bytes together: "
          + "send this request by itself"), to: id)
  }

  /// All as one message; nil when there are none.
  var message: OutgoingBytes? {
    guard !answers.isEmpty else { return nil }
    var message = OutgoingBytes()
    for answer in answers {
      message.append(text: message.isEmpty ? "[" : ",")
      message.append(answer)
    }
    message.append(text: "]")
    return message
  }

  /// Gives them out one by one.
  mutating func takeAll() -> [OutgoingBytes] {
    defer {
      answers = []
      bytes = 0
    }
    return answers
  }
}
