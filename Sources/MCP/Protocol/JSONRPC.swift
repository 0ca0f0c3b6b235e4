public import JSON

/// A JSON-RPC request id, kept as it was spelled: `1` and `"1"` are different ids.
public struct RequestID: Sendable, Hashable {
  /// The JSON text of the id: a string or an integer. A part of the message it came in.
  public let raw: ArraySlice<UInt8>

  /// An id of our own towards an upstream.
  public init(_ number: Int64) {
    raw = Array(String(number).utf8)[...]
  }

  /// The id as one of ours: a number spelled plainly. Nil for anything else.
  public var number: Int64? {
    guard let first = raw.first, raw.count <= 18 else { return nil }
    var value: Int64 = 0
    for digit in raw {
      guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
      value = value * 10 + Int64(digit - UInt8(ascii: "0"))
    }
    return first == UInt8(ascii: "0") && raw.count > 1 ? nil : value
  }

  /// The id as a peer sent it. Nil unless it is a string or an integer of at most 256 bytes.
  public init?(_ node: JSONNode) {
    switch node.kind {
    case .string: break
    case .number: guard node.int64 != nil else { return nil }
    default: return nil
    }
    let raw = node.raw
    guard raw.count <= 256 else { return nil }
    self.raw = raw
  }
}

/// Why a JSON value is not a JSON-RPC 2.0 message. The text tells the sender what to change.
public struct JSONRPCViolation: Error, Sendable {
  /// What to change, for the sender.
  public let message: String
  /// The id to answer to, where one could be read.
  public let id: RequestID?
}

/// One JSON-RPC 2.0 message. Nodes refer into the document that was parsed.
public enum JSONRPCMessage: Sendable {
  case request(id: RequestID, method: String, params: JSONNode?)
  case notification(method: String, params: JSONNode?)
  case result(id: RequestID, result: JSONNode)
  case failure(id: RequestID?, error: JSONNode)

  /// Classifies a parsed JSON value.
  /// - Throws: when it is an array (batches ended with 2025-03-26), or not JSON-RPC 2.0.
  /// Source: JSON-RPC 2.0 §4–5; MCP 2026-07-28 basic/index.
  public init(_ root: JSONNode) throws(JSONRPCViolation) {
    guard root.kind == .object else {
      throw JSONRPCViolation(
        message: root.kind == .array
          ? "JSON-RPC batches are not supported: send one message per request"
          : "a JSON-RPC message is a JSON object", id: nil)
    }
    let idNode = root[member: "id"]
    let id = idNode.flatMap(RequestID.init)
    guard let version = root[member: "jsonrpc"], version.equals("2.0") else {
      throw JSONRPCViolation(message: "member \"jsonrpc\" must be \"2.0\"", id: id)
    }
    let params = root[member: "params"]
    if let params, params.kind != .object {
      throw JSONRPCViolation(message: "member \"params\" must be an object", id: id)
    }
    if let methodNode = root[member: "method"] {
      guard let method = methodNode.string else {
        throw JSONRPCViolation(message: "member \"method\" must be a string", id: id)
      }
      guard root[member: "result"] == nil, root[member: "error"] == nil else {
        throw JSONRPCViolation(
          message: "a message has either \"method\" or \"result\" or \"error\"", id: id)
      }
      if idNode == nil {
        self = .notification(method: method, params: params)
        return
      }
      guard let id else {
        throw JSONRPCViolation(
          message: "member \"id\" must be a string or an integer of at most 256 bytes", id: nil)
      }
      self = .request(id: id, method: method, params: params)
      return
    }
    if let result = root[member: "result"], root[member: "error"] == nil, let id {
      self = .result(id: id, result: result)
    } else if let error = root[member: "error"], error.kind == .object,
      root[member: "result"] == nil
    {
      self = .failure(id: id, error: error)
    } else {
      throw JSONRPCViolation(
        message: "a message needs a string \"method\", or an \"id\" with a \"result\" or \"error\"",
        id: id)
    }
  }
}

/// A JSON-RPC error answer.
public struct JSONRPCError: Error, Sendable {
  /// The code, as in `Code`.
  public var code: Int
  /// One sentence for a person.
  public var message: String
  /// The JSON text of `data`, if any.
  public var data: [UInt8]?
  /// Of a request that is one too many at present: in how many seconds it may be made again.
  public var retryAfter: Int?

  /// An error, with the JSON text of its `data` if it has any.
  public init(code: Int, message: String, data: [UInt8]? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  /// The codes of JSON-RPC 2.0 §5.1 and MCP 2026-07-28 basic/index, and this gateway's own.
  public enum Code {
    /// Not JSON.
    public static let parseError = -32700
    /// Not a request, or one that cannot be taken now.
    public static let invalidRequest = -32600
    /// A method that is not known, or not relayed.
    public static let methodNotFound = -32601
    /// Something in `params` is missing or wrong.
    public static let invalidParams = -32602
    /// The receiver failed.
    public static let internalError = -32603
    /// A header that repeats the body says something else.
    public static let headerMismatch = -32020
    /// The request needs a capability that the client did not declare.
    public static let missingRequiredClientCapability = -32021
    /// A stateless revision that is not spoken here.
    public static let unsupportedProtocolVersion = -32022

    // Outside of what JSON-RPC and MCP reserve.

    /// Policy does not allow it, or a person stopped it.
    public static let denied = -31001
    /// One too many at present.
    public static let throttled = -31002
  }
}
