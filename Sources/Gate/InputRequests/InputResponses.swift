import JSON
import MCP

/// What a client answers to the questions of an upstream: `inputResponses` of `params`.
enum InputResponses {
  /// Answers of one request; those nobody asked for count too.
  static let countMax = 64

  /// What is wrong with them, for the client; nil when nothing is.
  static func problem(in params: JSONNode) -> String? {
    guard let responses = params[member: "inputResponses"] else { return nil }
    guard responses.kind == .object, responses.count <= countMax,
      responses.elements(allAre: .object)
    else {
      return "params.inputResponses must be an object of at most \(countMax) objects"
    }
    return nil
  }

  /// The error that a client gave instead of an answer; nil when it answered all.
  static func refusal(in params: JSONNode) -> JSONNode? {
    guard let responses = params[member: "inputResponses"] else { return nil }
    for (_, response) in responses.memberNodes {
      if let error = response[member: MetaKey.clientError] { return error }
    }
    return nil
  }
}

extension JSONNode {
  fileprivate func elements(allAre kind: JSONKind) -> Bool {
    memberNodes.allSatisfy { $0.value.kind == kind }
  }
}
