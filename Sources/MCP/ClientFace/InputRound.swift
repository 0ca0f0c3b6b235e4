import JSON

/// What a result of `input_required` asks of the client, and the answers as they come in
/// (MCP 2026-07-28, basic/patterns/mrtr). A face of the session era sends each request on its own
/// and calls again with what was answered. Pure.
struct InputRound {
  /// One thing that is asked.
  struct Request {
    /// Its name in the round.
    let key: String
    /// `elicitation/create`, `sampling/createMessage` or `roots/list`.
    let method: String
    /// An object, if any.
    let params: JSONNode?
  }

  /// A result with more requests is no round.
  static let maxRequests = 16
  /// How often one call may ask.
  static let maxRounds = 10

  /// In the order of the result.
  let requests: [Request]
  /// What is handed back with the answers, as it came.
  let requestState: JSONNode?
  /// The JSON text of each answer.
  private var answers: [String: [UInt8]] = [:]

  /// Nil unless `resultType` is `input_required` and the rest is well-formed: requests or a state,
  /// at most `maxRequests`, each of a method that the revision has.
  init?(_ result: JSONNode) {
    guard result[member: "resultType"]?.equals("input_required") == true else { return nil }
    requestState = result[member: "requestState"]
    if let requestState, requestState.kind != .string { return nil }
    var requests: [Request] = []
    if let asked = result[member: "inputRequests"] {
      guard asked.kind == .object, asked.count <= Self.maxRequests else { return nil }
      for (key, request) in asked.members {
        guard let method = request[member: "method"]?.string, Self.methods.contains(method) else {
          return nil
        }
        let params = request[member: "params"]
        if let params, params.kind != .object { return nil }
        requests.append(Request(key: key, method: method, params: params))
      }
    } else if requestState == nil {
      return nil
    }
    self.requests = requests
  }

  /// As for a result, whoever built it.
  init?(_ response: MCPResponse) {
    switch response {
    case .relayed(let result): self.init(result)
    case .built(let text):
      guard let result = try? JSONDocument(parsing: text).root else { return nil }
      self.init(result)
    case .relayedError, .failure, .challenge: return nil
    }
  }

  private static let methods: Set<String> = [
    "elicitation/create", "sampling/createMessage", "roots/list",
  ]

  /// The client answered. The first answer to a request counts; others than an object are errors.
  mutating func answer(_ key: String, with result: JSONNode) {
    guard result.kind == .object else { return fail(key, with: nil) }
    put(key, Array(result.raw))
  }

  /// The client answered with a JSON-RPC error, or (nil) not at all.
  mutating func fail(_ key: String, with error: JSONNode?) {
    if let error, error[member: "code"]?.int64 != nil, error[member: "message"]?.kind == .string {
      return put(key, Self.failure(Array(error.raw)))
    }
    fail(
      key, code: JSONRPCError.Code.internalError,
      message: error == nil ? "the client gave no answer" : "the client's answer is no error")
  }

  /// A request could not be put to the client.
  mutating func fail(_ key: String, code: Int, message: String) {
    var writer = JSONWriter(reservingCapacity: 128)
    writer.beginObject()
    writer.name("code")
    writer.int(code)
    writer.name("message")
    writer.string(message)
    writer.endObject()
    put(key, Self.failure(writer.bytes))
  }

  private static func failure(_ error: [UInt8]) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: error.count + 32)
    writer.beginObject()
    writer.name(MetaKey.clientError)
    writer.raw(error)
    writer.endObject()
    return writer.bytes
  }

  private mutating func put(_ key: String, _ answer: [UInt8]) {
    guard answers[key] == nil, requests.contains(where: { $0.key == key }) else { return }
    answers[key] = answer
  }

  /// Every request is answered.
  var isComplete: Bool { answers.count == requests.count }

  /// The `params` of the request that brings the answers: those of the call, byte for byte, with
  /// `inputResponses` and `requestState` in place of earlier ones. Nil when they became too large.
  func retry(of params: JSONNode?) -> JSONNode? {
    var writer = JSONWriter(reservingCapacity: (params?.raw.count ?? 0) + 512)
    writer.beginObject()
    if let params {
      writer.members(of: params) {
        !$0.equals("inputResponses") && !$0.equals("requestState")
      }
    }
    if !answers.isEmpty {
      writer.name("inputResponses")
      writer.beginObject()
      for request in requests {
        guard let answer = answers[request.key] else { continue }
        writer.name(request.key)
        writer.raw(answer)
      }
      writer.endObject()
    }
    if let requestState {
      writer.name("requestState")
      writer.node(requestState)
    }
    writer.endObject()
    return try? JSONDocument(parsing: writer.bytes).root
  }
}
