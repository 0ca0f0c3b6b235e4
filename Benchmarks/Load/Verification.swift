import BenchmarkSupport

/// Whether an answer is the right one, in every byte that counts.
enum Verification {
  /// What is wrong with the answer to a call, or nil.
  static func complaint(
    about body: UnsafeRawBufferPointer, head: ResponseReader.Head, id: UnsafeRawBufferPointer,
    payloadBytes: Int
  ) -> String? {
    guard head.status == 200 else { return "status \(head.status): \(excerpt(body))" }
    guard let message = head.isEventStream ? lastEventData(body) : body else {
      return "an event stream without the answer"
    }
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

  /// The data of the last event that has any. The servers measured here write one data line an
  /// event and end lines with LF or CRLF.
  private static func lastEventData(_ stream: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    var found: UnsafeRawBufferPointer?
    for line in stream.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      let bytes = UnsafeRawBufferPointer(rebasing: line)
      guard bytes.startsWithIgnoringCase("data:") else { continue }
      found = UnsafeRawBufferPointer(rebasing: bytes.drop(while: { $0 != 0x3A }).dropFirst())
    }
    return found
  }
}
