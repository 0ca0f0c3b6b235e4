/// Turns a tree of nodes into a `Configuration` and gathers what is wrong on the way. Used once,
/// by one `Configuration.read`.
///
/// A part that cannot be read yields nil or its default, so that the rest is still looked at; the
/// result is used only if no error was gathered.
final class ConfigurationReader {
  let input: ConfigurationInput
  /// Whether a credential stands in the file itself.
  var holdsCredentials = false
  /// What the server that is being read keeps in files of its own: `${NAME}` means these first.
  var ownVariables: [String: String] = [:]
  /// Whether servers that do not say so themselves are quarantined.
  var quarantines = true
  /// Whether a server may have a `card`.
  var takesCards = true
  /// What is known of the servers that were read.
  var cards: [String: Configuration.Card] = [:]

  private(set) var errors: [ConfigurationProblem] = []
  private var omittedErrors = 0
  private(set) var warnings: [ConfigurationProblem] = []

  init(_ input: ConfigurationInput) {
    self.input = input
  }

  /// Whether further errors are only counted, so that what they would say need not be made up.
  var isFull: Bool { errors.count == ConfigurationBounds.problems }

  func report(
    _ severity: ConfigurationProblem.Severity, at mark: YAMLMark, path: String, _ message: String,
    expected: String? = nil, suggestion: String? = nil
  ) {
    let problem = ConfigurationProblem(
      severity: severity, file: input.path, line: mark.line, column: mark.column, path: path,
      message: message, expected: expected, suggestion: suggestion)
    switch severity {
    case .error where errors.count == ConfigurationBounds.problems: omittedErrors += 1
    case .error: errors.append(problem)
    case .warning where warnings.count < ConfigurationBounds.problems: warnings.append(problem)
    case .warning: break
    }
  }

  /// What was gathered, in the file's order: the errors, or the warnings when there are none.
  func finish(_ configuration: Configuration?) throws(ConfigurationErrors) -> LoadedConfiguration {
    let inOrder = { (a: ConfigurationProblem, b: ConfigurationProblem) in
      (a.line, a.column) < (b.line, b.column)
    }
    warnings.sort(by: inOrder)
    errors.sort(by: inOrder)
    guard errors.isEmpty, let configuration else {
      let isElsewhere =
        omittedErrors == 0
        && errors.allSatisfy {
          !["", "data", "policies"].contains($0.path)
        }
      throw ConfigurationErrors(
        errors: errors, omitted: omittedErrors, warnings: warnings,
        directories: isElsewhere ? configuration?.directories : nil)
    }
    return LoadedConfiguration(configuration: configuration, warnings: warnings)
  }

  /// A path as the file means it: `~/` is the home directory, relative paths begin at the file.
  func resolve(_ path: String) -> String {
    if path == "~" || path.hasPrefix("~/"), let home = input.environment["HOME"], !home.isEmpty {
      return home + path.dropFirst()
    }
    if path.hasPrefix("/") { return path }
    var relative = Substring(path)
    while relative.hasPrefix("./") { relative = relative.dropFirst(2) }
    if relative.isEmpty || relative == "." { return input.directory }
    return input.directory == "/" ? "/\(relative)" : "\(input.directory)/\(relative)"
  }
}

extension Configuration {
  /// Reads a configuration. Does no I/O but through `input.readFile`.
  /// - Throws: every error found, up to `ConfigurationBounds.problems`.
  public static func read(
    _ input: ConfigurationInput
  ) throws(ConfigurationErrors) -> LoadedConfiguration {
    let reader = ConfigurationReader(input)
    do {
      let (root, duplicateKeys) = try YAMLReader.read(input.text)
      for duplicate in duplicateKeys {
        reader.report(
          .error, at: duplicate.mark, path: "", duplicate.message, expected: duplicate.expected)
      }
      let node = root ?? YAMLNode(mark: .wholeFile, content: .mapping([]))
      return try reader.finish(reader.configuration(from: node))
    } catch let error as YAMLError {
      reader.report(.error, at: error.mark, path: "", error.message, expected: error.expected)
      return try reader.finish(nil)
    } catch let error as ConfigurationErrors {
      throw error
    } catch {
      return try reader.finish(nil)
    }
  }
}
