import BenchmarkSupport

/// Whether an answer is the right one, in every byte that counts.
enum Verification {
  /// What is wrong with the answer to a call, or nil. `progress`: how often it must have been told
  /// before.
  static func complaint(
    about body: UnsafeRawBufferPointer, head: ResponseReader.Head, id: UnsafeRawBufferPointer,
    payloadBytes: Int, progress: Int = 0
  ) -> String? {
    guard head.status == 200 else { return "status \(head.status): \(excerpt(body))" }
    let events = head.isEventStream ? eventData(body) : [body]
    guard let message = events.last else { return "an event stream without the answer" }
    let told = events.dropLast().count(where: isProgress)
    guard told == progress else { return "\(told) of \(progress) events of progress" }
    guard let answered = JSONScan.member("id", of: message), answered.equals(id) else {
      return "another id: \(excerpt(message))"
    }
    guard let result = JSONScan.member("result", of: message) else {
      return "no result: \(excerpt(message))"
    }
    if let failed = JSONScan.member("isError", of: result), failed.equals("true") {
      return "a tool error: \(excerpt(message))"
    }
    guard
      let text = JSONScan.member("content", of: result).flatMap(JSONScan.firstElement)
        .flatMap({ JSONScan.member("text", of: $0) }).flatMap(JSONScan.string)
    else { return "no text: \(excerpt(message))" }
    guard text.equals(Payload.bytes(payloadBytes)) else {
      return "another payload, \(text.count) bytes for \(payloadBytes)"
    }
    return nil
  }

  /// The beginning of `bytes`, for people.
  static func excerpt(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes.prefix(300), as: UTF8.self)
  }

  /// The data of each event that has any. The servers measured here write one data line an event
  /// and end lines with LF or CRLF.
  private static func eventData(_ stream: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer] {
    stream.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).compactMap { line in
      let bytes = UnsafeRawBufferPointer(rebasing: line)
      guard bytes.startsWithIgnoringCase("data:") else { return nil }
      let data = UnsafeRawBufferPointer(rebasing: bytes.drop(while: { $0 != 0x3A }).dropFirst())
      return data.isEmpty ? nil : data
    }
  }

  /// Whether `message` tells of the progress of our call.
  private static func isProgress(_ message: UnsafeRawBufferPointer) -> Bool {
    guard let method = JSONScan.member("method", of: message).flatMap(JSONScan.string),
      method.equals("notifications/progress"),
      let token = JSONScan.member("params", of: message)
        .flatMap({ JSONScan.member("progressToken", of: $0) }).flatMap(JSONScan.string)
    else { return false }
    return token.elementsEqual(Requests.progressToken.utf8)
  }
}
