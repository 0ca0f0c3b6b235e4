import JSON

extension UpstreamReply {
  /// The answer to a state that names no call that waits here.
  static let unknownState = UpstreamReply.error(
    code: JSONRPCError.Code.invalidParams, "the state is not known here any more")

  /// An error of our own.
  static func error(code: Int, _ message: String) -> UpstreamReply {
    var writer = JSONWriter(reservingCapacity: 64 + message.utf8.count)
    writer.beginObject()
    writer.name("code")
    writer.int(Int64(code))
    writer.name("message")
    writer.string(message)
    writer.endObject()
    guard let document = try? JSONDocument(parsing: writer.bytes) else {
      preconditionFailure("what a writer wrote parses")
    }
    return .error(document.root)
  }

  /// A result of our own making, of what a server sent.
  static func built(_ result: [UInt8]) -> Result<UpstreamReply, UpstreamError> {
    do {
      return .success(
        .result(
          try JSONDocument(parsing: result, limits: .upstreamMessage(bytes: result.count)).root))
    } catch {
      return .failure(.protocolViolation(reason: "what it asked cannot be passed on: \(error)"))
    }
  }
}
