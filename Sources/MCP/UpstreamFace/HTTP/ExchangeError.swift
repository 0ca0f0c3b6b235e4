import HTTP

/// How one HTTP exchange with an upstream failed.
enum ExchangeError: Error {
  /// 404 in a session: the server has forgotten it and has not looked at the request.
  case sessionEnded
  /// Nothing reached the server.
  case notSent(String)
  /// Another status than success, without an answer to the request.
  case status(Int)
  case failed(UpstreamError)

  var wasNotSent: Bool {
    if case .notSent = self { return true }
    return false
  }

  /// The connection broke off, and nobody knows what became of the request.
  var isLoss: Bool {
    if case .failed(.connectionLost) = self { return true }
    return false
  }

  var upstreamError: UpstreamError {
    switch self {
    case .sessionEnded: .unavailable(reason: "its session ended")
    case .notSent(let reason): .unavailable(reason: reason)
    case .status(let status): .protocolViolation(reason: "HTTP \(status)")
    case .failed(let error): error
    }
  }

  init(_ error: HTTPClientError, timeout: Duration?) {
    self =
      switch error {
      case .cancelled: .failed(.cancelled)
      case .poolExhausted: .failed(.overloaded(reason: error.description))
      case _ where error.isBeforeRequest: .notSent(error.description)
      case .timedOut: .failed(.timedOut(after: timeout ?? .zero))
      case .malformedResponse, .bodyTooLarge:
        .failed(.protocolViolation(reason: error.description))
      default: .failed(.connectionLost(reason: error.description))
      }
  }
}
