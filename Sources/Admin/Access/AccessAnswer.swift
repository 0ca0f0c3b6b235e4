public import Audit
public import Gate
import Identity
public import JSON
import Logging

/// Who could call a tool at a moment.
public struct AccessAnswer: LedgerAnswer {
  /// The tool's public name.
  public var tool: String
  /// The moment, in microseconds since 1970-01-01 UTC.
  public var time: Int64
  /// What was in force.
  public var versions: SnapshotPlaces
  /// What is known of the gateway's environment.
  public var environment: RecordedSnapshot.Environment
  /// Each agent that might connect.
  public var rows: [Access]

  /// Writes the answer as JSON. `environment` is null when it had none, and missing when it is not
  /// known.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("tool", tool)
    writer.name("at")
    writer.int(time)
    writer.member("policyVersion", versions.policies.version)
    writer.member("entitiesVersion", versions.entities.version)
    writer.member("agentsVersion", versions.agents.version)
    if case .known(let environment) = environment {
      writer.name("environment")
      if let environment { writer.string(environment) } else { writer.null() }
    }
    writer.name("rows")
    writer.beginArray()
    for row in rows { Self.write(row, to: &writer) }
    writer.endArray()
    writer.endObject()
  }

  static func text(of microseconds: Int64) -> String {
    UTCTimestamp(milliseconds: microseconds / 1000).description
  }

  private static func write(_ row: Access, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("agent", row.principal.agent)
    writer.member("human", row.principal.human)
    list("roles", row.principal.roles, to: &writer)
    writer.member("tenant", row.principal.tenant)
    writer.member("answer", row.answer.rawValue)
    list("policies", row.policies, to: &writer)
    list("remedies", row.remedies, to: &writer)
    writer.name("residuals")
    writer.beginArray()
    for residual in row.residuals {
      writer.beginObject()
      writer.member("policy", residual.policy)
      writer.member("effect", residual.effect)
      writer.member("remedy", residual.remedy)
      writer.member("text", residual.text)
      writer.endObject()
    }
    writer.endArray()
    list("errors", row.errors, to: &writer)
    writer.endObject()
  }

  private static func list(_ name: String, _ texts: [String], to writer: inout JSONWriter) {
    writer.name(name)
    writer.beginArray()
    for text in texts { writer.string(text) }
    writer.endArray()
  }
}
