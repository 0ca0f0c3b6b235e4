import BenchmarkSupport

/// The answer to one message, in pieces that are written one after another: an opening, the
/// message's own id, the start of the result, a payload, and the end.
struct Reply {
  enum Status { case ok, accepted, badRequest, notFound }

  var status: Status
  /// The JSON-RPC id as it came; empty when there is nothing to answer.
  var id: UnsafeRawBufferPointer
  var start: UnsafeRawBufferPointer
  var payload = UnsafeRawBufferPointer(start: nil, count: 0)
  var end = UnsafeRawBufferPointer(start: nil, count: 0)
  var startsSession = false

  static let opening: StaticString = #"{"jsonrpc":"2.0","id":"#

  var hasBody: Bool { !id.isEmpty }

  var bodyLength: Int {
    hasBody
      ? Reply.opening.utf8CodeUnitCount + id.count + start.count + payload.count + end.count : 0
  }

  /// Appends everything before the payload.
  func appendStart(to buffer: inout ByteBuffer) {
    guard hasBody else { return }
    buffer.append(Reply.opening)
    buffer.append(id)
    buffer.append(start)
  }
}
