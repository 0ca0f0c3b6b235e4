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
  /// The JSON text of the progress token, where progress is told before the answer.
  var progressToken: UnsafeRawBufferPointer?

  static let opening: StaticString = #"{"jsonrpc":"2.0","id":"#
  /// How often progress is told.
  static let progressSteps = 2

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

  /// Appends the notification of one step.
  static func appendProgress(
    _ step: Int, _ token: UnsafeRawBufferPointer, to buffer: inout ByteBuffer
  ) {
    buffer.append(
      #"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"#)
    buffer.append(token)
    buffer.append(#","progress":"#)
    buffer.append(decimal: step)
    buffer.append(#","total":"#)
    buffer.append(decimal: progressSteps)
    buffer.append("}}")
  }
}
