import HTTP

/// How a request is turned away: the HTTP answer, and what is recorded of it.
struct HTTPRefusal: Error {
  var status: Int
  var error: JSONRPCError
  /// The id of the refused request, where one could be read.
  var id: RequestID?
  var kind: RefusedRequest.Kind
  /// The method that was called, where it could be read.
  var method: String?
  /// Fields beside `Content-Type`.
  var headers: [HTTPField] = []
  /// What is recorded, when it must not be the text that the client gets.
  var recordedReason: String?
  /// Somebody else has recorded it.
  var isRecorded = false

  init(
    _ status: Int, _ code: Int, _ message: String, id: RequestID? = nil,
    kind: RefusedRequest.Kind, data: [UInt8]? = nil, headers: [HTTPField] = []
  ) {
    self.status = status
    error = JSONRPCError(code: code, message: message, data: data)
    self.id = id
    self.kind = kind
    self.headers = headers
  }
}

extension HTTPRefusal {
  /// The credential was not accepted (RFC 6750 §3; RFC 9728 §5.1).
  init(_ failure: AuthenticationFailure, metadataURL: String?) {
    let challenge = metadataURL.map { "Bearer resource_metadata=\"\($0)\"" } ?? "Bearer"
    self.init(
      401, JSONRPCError.Code.invalidRequest, failure.message, kind: .malformed,
      headers: [HTTPField(name: "WWW-Authenticate", value: challenge)])
    isRecorded = true
  }

  /// A session could not take a message.
  init(_ refusal: SessionRefusal, id: RequestID?) {
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
