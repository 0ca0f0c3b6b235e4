/// One thing that is wrong with a configuration, or doubtful, and where.
public struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
  /// Whether the configuration can be used all the same.
  public enum Severity: String, Sendable {
    /// The configuration cannot be used.
    case error
    /// The configuration can be used, but someone should look.
    case warning
  }

  /// How bad it is.
  public var severity: Severity
  /// The file, as it was named.
  public var file: String
  /// The line, from 1; 0 when the problem concerns the file as a whole.
  public var line: Int
  /// The column in characters, from 1; 0 when the problem concerns the file as a whole.
  public var column: Int
  /// The keys that lead to the place, as `mcpServers.time.effect`; empty for the whole file.
  public var path: String
  /// What is wrong. Never holds a secret.
  public var message: String
  /// What would be right, or what to do.
  public var expected: String?
  /// The name that was probably meant.
  public var suggestion: String?

  /// Makes a problem; without a line it concerns the file as a whole.
  public init(
    severity: Severity, file: String, line: Int = 0, column: Int = 0, path: String = "",
    message: String, expected: String? = nil, suggestion: String? = nil
  ) {
    self.severity = severity
    self.file = file
    self.line = line
    self.column = column
    self.path = path
    self.message = message
    self.expected = expected
    self.suggestion = suggestion
  }

  /// `file:line:column: severity: path: message`, then hints on lines of their own.
  public var description: String {
    var text = file
    if line > 0 { text += ":\(line):\(column)" }
    text += ": \(severity.rawValue): "
    if !path.isEmpty { text += "\(path): " }
    text += message
    if let suggestion { text += "\n  did you mean `\(suggestion)`?" }
    if let expected { text += "\n  expected: \(expected)" }
    return text
  }
}

/// Why a configuration cannot be used: every error found, up to `ConfigurationBounds.problems`.
public struct ConfigurationErrors: Error, Sendable, Equatable, CustomStringConvertible {
  /// The errors, in the file's order. Never empty.
  public var errors: [ConfigurationProblem]
  /// How many more errors there are than `errors` holds.
  public var omitted: Int
  /// What is doubtful besides.
  public var warnings: [ConfigurationProblem]
  /// Where a gateway with this configuration keeps its data and its policies. Nil when that cannot
  /// be told. Who only looks at a running gateway or its ledger needs no more than this: whoever
  /// asks may not have the secrets that the gateway has.
  public var directories: ConfigurationDirectories?

  /// The errors, one below the other.
  public var description: String {
    var lines = errors.map(\.description)
    if omitted > 0 { lines.append("… and \(omitted) more") }
    return lines.joined(separator: "\n")
  }
}

/// A usable configuration and what is doubtful about it.
public struct LoadedConfiguration: Sendable, Equatable {
  /// The configuration.
  public var configuration: Configuration
  /// What someone should look at, in the file's order.
  public var warnings: [ConfigurationProblem]
}

/// The two directories of a configuration, absolute unless the file's own is not known.
public struct ConfigurationDirectories: Sendable, Equatable {
  /// The ledger and the sockets.
  public var data: String
  /// The policy files.
  public var policies: String
}

extension Configuration {
  /// The two directories.
  public var directories: ConfigurationDirectories {
    ConfigurationDirectories(data: dataDirectory, policies: policyDirectory)
  }
}
