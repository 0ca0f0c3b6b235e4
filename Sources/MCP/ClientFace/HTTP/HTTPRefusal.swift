import HTTP

/// How a request is turned away: the HTTP answer, and what is recorded of it.
///
/// A class: refusals are rare, and every step keeps room for one.
final class HTTPRefusal: Error {
  let status: Int
  let error: JSONRPCError
  /// The id of the refused request, where one could be read.
  let id: RequestID?
  let kind: RefusedRequest.Kind
  /// Fields beside `Content-Type`.
  let headers: [HTTPField]
  /// What is recorded; nil when somebody else has recorded it.
  let recordedReason: String?

  /// - Parameter recordedReason: where it must not be the text that the client gets.
  init(
    _ status: Int, _ code: Int, _ message: String, id: RequestID? = nil,
    kind: RefusedRequest.Kind, data: [UInt8]? = nil, headers: [HTTPField] = [],
    recordedReason: String? = nil
  ) {
    self.status = status
    error = JSONRPCError(code: code, message: message, data: data)
    self.id = id
    self.kind = kind
    self.headers = headers
    self.recordedReason = recordedReason ?? message
  }

  /// The credential was not accepted.
  init(_ failure: AuthenticationFailure, at resource: ProtectedResource?, path: String) {
    status = failure.status
    error = JSONRPCError(code: JSONRPCError.Code.invalidRequest, message: failure.message)
    id = nil
    kind = .malformed
    headers = [Self.header(failure, at: resource, path: path)].compactMap(\.self)
    recordedReason = nil
  }
}

extension HTTPRefusal {
  /// What a client is told to do about a credential.
  static func header(
    _ failure: AuthenticationFailure, at resource: ProtectedResource?, path: String
  ) -> HTTPField? {
    switch failure.error {
    // No other credential would do.
    case .forbidden: nil
    case .unavailable: HTTPField(name: "Retry-After", value: "5")
    default:
      HTTPField(
        name: "WWW-Authenticate", value: ProtectedResource.challenge(failure, resource, path: path))
    }
  }

  /// The body could not be read.
  convenience init(_ failure: HTTPExchangeError) {
    let code = JSONRPCError.Code.invalidRequest
    switch failure {
    case .tooLarge(let limit):
      self.init(413, code, "the message is longer than \(limit) bytes", kind: .tooLarge)
    case .disconnected, .timedOut:
      // Nobody is there to read this; it is for the record.
      self.init(408, code, "the message did not arrive", kind: .malformed)
    }
  }

  /// A session could not take a message.
  convenience init(_ refusal: SessionRefusal, id: RequestID?) {
    let code = JSONRPCError.Code.invalidRequest
    switch refusal {
    case .unknownSession:
      self.init(
        404, code, "unknown or ended session: send initialize again", id: id,
        kind: .unknownSession)
    case .tooManySessions:
      self.init(503, code, "too many sessions", id: id, kind: .throttled)
    case .tooManySessionsOfPrincipal:
      self.init(503, code, "too many sessions of this principal", id: id, kind: .throttled)
    case .tooManyCalls:
      self.init(429, code, "too many requests at a time in this session", id: id, kind: .throttled)
    case .tooManyStreams:
      self.init(429, code, "too many streams of this session", id: id, kind: .throttled)
    case .requestIDInUse:
      self.init(
        400, code, "two requests with one id: the first is still being served", id: id,
        kind: .malformed)
    }
  }
}
