import BenchmarkSupport
import Glibc
import Synchronization

/// One client's connection. Confined to the thread of its server. A request is answered completely
/// before the next one is looked at.
final class UpstreamConnection {
  let descriptor: Int32
  private let responder: Responder
  private let counters: Counters
  private let givesSessionIDs: Bool
  private var input = ByteBuffer(capacity: 4096)
  private var output = ByteBuffer(capacity: 4096)
  private var payload = UnsafeRawBufferPointer(start: nil, count: 0)
  private var end = UnsafeRawBufferPointer(start: nil, count: 0)
  private var closesWhenSent = false

  private static let requestBytesMax = 8 << 20
  /// A payload from this size on is sent from where it lies instead of being copied.
  private static let copiedBytesMax = 32 << 10

  init(
    descriptor: Int32, responder: Responder, counters: Counters, givesSessionIDs: Bool
  ) {
    self.descriptor = descriptor
    self.responder = responder
    self.counters = counters
    self.givesSessionIDs = givesSessionIDs
  }

  deinit { close(descriptor) }

  var isSending: Bool { output.count + payload.count + end.count > 0 }

  /// Reads what has arrived and answers it.
  /// - Returns: false when the connection is to be closed.
  func becameReadable() -> Bool {
    while true {
      switch input.receive(from: descriptor, room: 4096) {
      case .bytes(_, let wasFull):
        guard answer() else { return false }
        if !wasFull || isSending { return true }
      case .nothingYet: return true
      case .closed, .failed: return false
      }
    }
  }

  /// Sends on, and answers what had to wait for it.
  /// - Returns: false when the connection is to be closed.
  func becameWritable() -> Bool {
    guard flush() else { return false }
    return answer()
  }

  private func answer() -> Bool {
    while !isSending {
      if closesWhenSent { return false }
      guard let head = HTTPHead(input.readable) else {
        return input.count <= UpstreamConnection.requestBytesMax
      }
      let length = head.contentLength ?? 0
      guard !head.isChunked, length <= UpstreamConnection.requestBytesMax else { return false }
      guard input.count >= head.length + length else { return true }
      closesWhenSent = head.closes
      let body = UnsafeRawBufferPointer(
        rebasing: input.readable[head.length..<(head.length + length)])
      answer(head, body)
      input.consume(head.length + length)
      guard flush() else { return false }
    }
    return true
  }

  private func answer(_ head: HTTPHead, _ body: UnsafeRawBufferPointer) {
    if head.firstLine.startsWithIgnoringCase("POST ") {
      counters.messages.add(1, ordering: .relaxed)
      let reply = responder.reply(to: body)
      if let token = reply.progressToken { writeStream(reply, token) } else { write(reply) }
    } else if head.firstLine.startsWithIgnoringCase("DELETE ") {
      output.append("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    } else if head.firstLine.startsWithIgnoringCase("GET /count ") {
      let text = #"{"messages":\#(counters.messages.load(ordering: .relaxed))}"#
      output.append("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ")
      output.append(decimal: text.utf8.count)
      output.append("\r\n\r\n")
      output.append(text: text)
    } else {
      output.append(
        "HTTP/1.1 405 Method Not Allowed\r\nAllow: POST\r\nContent-Length: 0\r\n\r\n")
    }
  }

  private func write(_ reply: Reply) {
    switch reply.status {
    case .ok: output.append("HTTP/1.1 200 OK\r\n")
    case .accepted: output.append("HTTP/1.1 202 Accepted\r\n")
    case .badRequest: output.append("HTTP/1.1 400 Bad Request\r\n")
    case .notFound: output.append("HTTP/1.1 404 Not Found\r\n")
    }
    if reply.hasBody { output.append("Content-Type: application/json\r\n") }
    if reply.startsSession && givesSessionIDs {
      output.append("Mcp-Session-Id: bench-")
      output.append(decimal: counters.sessions.add(1, ordering: .relaxed).newValue)
      output.append("\r\n")
    }
    output.append("Content-Length: ")
    output.append(decimal: reply.bodyLength)
    output.append("\r\n\r\n")
    reply.appendStart(to: &output)
    if reply.payload.count < UpstreamConnection.copiedBytesMax {
      output.append(reply.payload)
      output.append(reply.end)
    } else {
      payload = reply.payload
      end = reply.end
    }
  }

  /// A stream of events: progress, and then the answer.
  private func writeStream(_ reply: Reply, _ token: UnsafeRawBufferPointer) {
    output.append(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    var event = ByteBuffer(capacity: 512)
    for step in 1...(Reply.progressSteps + 1) {
      event.append("event: message\ndata: ")
      if step <= Reply.progressSteps {
        Reply.appendProgress(step, token, to: &event)
      } else {
        reply.appendStart(to: &event)
        event.append(reply.payload)
        event.append(reply.end)
      }
      event.append("\n\n")
      output.append(text: String(event.count, radix: 16))
      output.append("\r\n")
      output.append(event.readable)
      output.append("\r\n")
      event.clear()
    }
    output.append("0\r\n\r\n")
  }

  private func flush() -> Bool {
    while isSending {
      let sent = Socket.send(to: descriptor, output.readable, payload, end)
      if sent < 0 { return sent == -Int(EAGAIN) }
      var rest = sent
      let fromOutput = min(rest, output.count)
      output.consume(fromOutput)
      rest -= fromOutput
      let fromPayload = min(rest, payload.count)
      payload = UnsafeRawBufferPointer(rebasing: payload[fromPayload...])
      rest -= fromPayload
      end = UnsafeRawBufferPointer(rebasing: end[rest...])
    }
    return true
  }
}
