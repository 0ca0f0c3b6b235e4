internal import JSON

/// What a call can do, and what of it cannot be undone, in words.
public struct CallRisk: Sendable, Equatable {
  /// How grave it is.
  public enum Grade: String, Sendable {
    case low, medium, high
  }

  /// How grave it is.
  public var grade: Grade
  /// What a tool of this effect does.
  public var summary: String
  /// What cannot be undone, a sentence each; never empty.
  public var irreversible: [String]

  /// What is known of a tool.
  /// - Parameters:
  ///   - effect: what the operator says that it does; what is unknown counts as `destructive`.
  ///   - definition: what its server says, whose annotations are claims; nil when it is not known.
  public init(effect: String, server: String, definition: [UInt8]?) {
    switch effect {
    case "read":
      grade = .low
      summary = "reads"
      irreversible = ["What it reads goes to the agent, and cannot be taken back."]
    case "write":
      grade = .medium
      summary = "changes data"
      irreversible = [
        "It changes data at \(server). Whether that can be undone is up to \(server), not to this "
          + "gateway."
      ]
    case "egress":
      grade = .high
      summary = "sends data out"
      irreversible = ["What it sends is out, and cannot be called back."]
    case "admin":
      grade = .high
      summary = "changes who may do what, or how things are set up"
      irreversible = [
        "What others can do until it is put right is not undone by putting it right."
      ]
    default:
      grade = .high
      summary = "can destroy data"
      irreversible = ["What it deletes or overwrites is gone; this gateway cannot bring it back."]
    }
    irreversible += Self.claims(definition, of: server)
  }

  /// What the annotations say besides (MCP 2026-07-28, server/tools, ToolAnnotations).
  private static func claims(_ definition: [UInt8]?, of server: String) -> [String] {
    guard let definition, let root = try? JSONDocument(parsing: definition).root,
      let hints = root[member: "annotations"]
    else { return [] }
    var claims: [String] = []
    if hints[member: "destructiveHint"]?.bool == true {
      claims.append("\(server) says of the tool that it may destroy data.")
    }
    if hints[member: "idempotentHint"]?.bool == false {
      claims.append("\(server) says of the tool that each further call has a further effect.")
    }
    if hints[member: "openWorldHint"]?.bool == true {
      claims.append("\(server) says of the tool that it reaches beyond \(server).")
    }
    return claims
  }
}
