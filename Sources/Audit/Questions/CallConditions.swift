import Storage

/// Which calls a question is about.
public struct CallScope: Sendable, Equatable {
  /// Equal to these; what is missing does not restrict. Names are those of `CallScope.names`.
  var values: [String: String] = [:]
  var since: AuditTime?
  var until: AuditTime?

  static let names = [
    "agent", "human", "credential", "skill", "server", "tool", "session", "run",
  ]
  static let parameters = names + ["since", "until"]

  init(_ parameters: QuestionParameters) throws(QuestionError) {
    for name in Self.names { values[name] = parameters.text(name) }
    since = try parameters.time("since")
    until = try parameters.time("until")
  }
}

/// The conditions of a query with their values.
struct CallConditions {
  private(set) var texts: [String] = []
  private(set) var values: [SQLValue] = []

  init(_ scope: CallScope, now: Int64) {
    within(since: scope.since, until: scope.until, now: now)
    for name in CallScope.names { if let value = scope.values[name] { isEqual(name, value) } }
  }

  init() {}

  /// As a `WHERE` clause.
  var clause: String { texts.isEmpty ? "" : "WHERE " + texts.joined(separator: " AND ") }

  mutating func add(_ text: String, _ values: [SQLValue] = []) {
    texts.append(text)
    self.values += values
  }

  /// By time, and by the sequences between which such times are.
  mutating func within(since: AuditTime?, until: AuditTime?, now: Int64) {
    if let since {
      let time = SQLValue.integer(since.microseconds(before: now))
      add(
        "sequence >= (SELECT ifnull(min(first), 9e18) FROM stretches WHERE latest >= ?)", [time])
      add("time >= ?", [time])
    }
    if let until {
      let time = SQLValue.integer(until.microseconds(before: now))
      add("sequence <= (SELECT ifnull(max(last), -1) FROM stretches WHERE earliest < ?)", [time])
      add("time < ?", [time])
    }
  }

  /// By one of the names of `CallScope`.
  mutating func isEqual(_ name: String, _ value: String) {
    switch name {
    case "run":
      add("run = \(Self.named)", [.text(value)])
      for bound in [">= (SELECT first", "<= (SELECT last"] {
        add("sequence \(bound) FROM runs WHERE run = \(Self.named))", [.text(value)])
      }
    case "skill": add("skill IN (\(Self.skills))", Array(repeating: .text(value), count: 6))
    case "tool":
      let parts = value.split(separator: "_", omittingEmptySubsequences: false)
      guard let gap = parts.dropFirst().firstIndex(of: "") else {
        add("tool = \(Self.named)", [.text(value)])
        return
      }
      // A public name, as clients know it.
      add(
        "(tool = \(Self.named) OR server = \(Self.named) AND tool = \(Self.named))",
        [
          .text(value), .text(parts[..<gap].joined(separator: "_")),
          .text(parts[(gap + 1)...].joined(separator: "_")),
        ])
    default: add("\(name) = \(Self.named)", [.text(value)])
    }
  }

  private static let named = "(SELECT id FROM names WHERE text = ?)"

  /// By name, digest, the beginning of a digest of eight digits or more, or name and version.
  private static let skills = """
    SELECT skills.id FROM skills LEFT JOIN names AS n ON n.id = skills.name
    LEFT JOIN names AS v ON v.id = skills.version LEFT JOIN names AS d ON d.id = skills.digest
    WHERE n.text = ? OR d.text = ? OR n.text || '@' || v.text = ?
      OR length(?) >= 8 AND substr(d.text, 1, length(?)) = ?
    """
}

/// Ways to write what queries have in common.
enum SQLText {
  /// The text behind a number of `names`.
  static func name(_ column: String) -> String {
    "(SELECT text FROM names WHERE id = \(column))"
  }

  /// The name, version and digest of a skill.
  static func skill(_ column: String) -> String {
    ["name", "version", "digest"].map {
      "(SELECT text FROM names WHERE id = (SELECT \($0) FROM skills WHERE id = \(column)))"
    }.joined(separator: ", ")
  }
}
