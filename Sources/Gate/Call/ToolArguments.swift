import Catalog
import JSON

/// The second stage of a call: do the arguments fit the tool's schema?
enum ToolArguments {
  /// So many violations are told at once.
  static let violationsMax = 8
  private static let empty = try? JSONDocument(parsing: Array("{}".utf8)).root

  /// `params.arguments`, or an empty object where the client left them out.
  static func node(in params: JSONNode) -> JSONNode? {
    params[member: "arguments"] ?? empty
  }

  /// What is wrong with the arguments, for a model; empty when nothing is.
  static func violations(of arguments: JSONNode, for tool: Tool) -> [Violation] {
    violations(of: arguments, against: tool.inputSchema)
  }

  /// What is wrong with the arguments in view of a schema.
  static func violations(of arguments: JSONNode, against schema: JSONSchema) -> [Violation] {
    guard arguments.kind == .object else {
      return [Violation(text: "arguments must be a JSON object", brief: "no object")]
    }
    return schema.validate(arguments, maxErrors: violationsMax).map {
      let place = $0.instancePath.isEmpty ? "arguments" : $0.instancePath
      return Violation(text: $0.description, brief: "\(place): \($0.keyword)")
    }
  }

  /// One thing that is wrong.
  struct Violation {
    /// For the model; may quote the arguments.
    let text: String
    /// For a record that does not hold the arguments.
    let brief: String
  }
}
