import JSON
import MCP

/// What an upstream asks of a client in the middle of a request (MCP 2026-07-28,
/// basic/patterns/mrtr): checked before anything else looks at it.
struct InputRequests {
  /// Questions of one round.
  static let countMax = 16
  /// Bytes of all questions of one round.
  static let bytesMax = 256 << 10
  /// Bytes of a question's key.
  static let keyBytesMax = 256
  /// Bytes of the upstream's own `requestState`.
  static let stateBytesMax = 64 << 10
  /// The methods that may be answered with questions; those of a task stand in its state.
  static let methods: Set<String> = ["tools/call", "prompts/get", "resources/read", "tasks/get"]

  /// One question.
  struct Request {
    let key: String
    let kind: Kind
    let params: JSONNode?
  }

  /// What is asked for.
  enum Kind: Equatable {
    /// Words of a person, in a form with these fields.
    case form(message: String, fields: [String])
    /// A person's visit to a page.
    case url(message: String, url: String, host: String)
    /// A completion of the client's model.
    case sampling(Sampling)
    case roots

    var method: String {
      switch self {
      case .form, .url: "elicitation/create"
      case .sampling: "sampling/createMessage"
      case .roots: "roots/list"
      }
    }
  }

  /// What policies see of a request for a completion.
  struct Sampling: Equatable {
    var maxTokens: Int64
    var includeContext: String
    var hasTools: Bool
    var systemPrompt: String?
  }

  let requests: [Request]
  /// The upstream's own `requestState`, a string.
  let state: JSONNode?

  /// Why questions are not relayed: the upstream does not keep to the protocol. Quotes nothing.
  struct Violation: Error, Equatable { let reason: String }

  /// Reads a result of the type `input_required`.
  /// - Parameter declared: what the client said it can be asked.
  init(
    _ result: JSONNode, answering method: String, declared: ClientCapabilities
  ) throws(Violation) {
    guard Self.methods.contains(method) else {
      throw Violation(reason: "it asks for input in answer to \(method)")
    }
    state = result[member: "requestState"]
    if let state {
      guard state.kind == .string, state.raw.count <= Self.stateBytesMax else {
        throw Violation(
          reason: "its requestState is not a string of at most \(Self.stateBytesMax) bytes")
      }
    }
    guard let asked = result[member: "inputRequests"] else {
      guard state != nil else {
        throw Violation(reason: "its input_required has neither inputRequests nor requestState")
      }
      requests = []
      return
    }
    guard asked.kind == .object, asked.count <= Self.countMax, asked.raw.count <= Self.bytesMax
    else {
      throw Violation(
        reason: "its inputRequests are not an object of at most \(Self.countMax) requests and "
          + "\(Self.bytesMax) bytes")
    }
    var requests: [Request] = []
    for (key, node) in asked.members {
      guard key.utf8.count <= Self.keyBytesMax else {
        throw Violation(reason: "a key of its inputRequests is too long")
      }
      requests.append(
        Request(
          key: key, kind: try InputRequestReader.kind(of: node, declared: declared),
          params: node[member: "params"]))
    }
    self.requests = requests
  }
}
