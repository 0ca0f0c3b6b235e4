import Configuration
import Glibc

/// What every command is given: the environment and the two outputs.
struct Session: Sendable {
  var environment: [String: String]
  var output: Terminal
  var errors: Terminal

  /// The process's own.
  static func current() -> Session {
    let environment = ProcessEnvironment.variables()
    return Session(
      environment: environment,
      output: .detect(STDOUT_FILENO, environment: environment),
      errors: .detect(STDERR_FILENO, environment: environment))
  }

  /// The configuration file of a command; says so when there is none.
  func configurationPath(_ common: Invocation.Common) -> String? {
    let found = ConfigurationPath.find(typed: common.configuration, environment: environment) {
      access($0, F_OK) == 0
    }
    if found == nil {
      report(
        "there is no sallyport.yaml here and none in ~/.config/sallyport",
        hint: "`sallyport init` writes one, `--config FILE` names one")
    }
    return found
  }

  /// The configuration of a command with its warnings shown; nil, with its errors shown, when it
  /// cannot be used (exit with `ExitCode.configuration`).
  func configuration(_ common: Invocation.Common) -> Configuration? {
    guard let path = configurationPath(common) else { return nil }
    do {
      let loaded = try Configuration.load(path: path)
      for warning in loaded.warnings { show(warning) }
      return loaded.configuration
    } catch {
      for problem in error.errors { show(problem) }
      if error.omitted > 0 { Output.writeError("… and \(error.omitted) more errors\n") }
      return nil
    }
  }

  /// Where the gateway of a configuration keeps its data and policies, also when the configuration
  /// is not right here, say because its secrets are not in this environment. Nil, with the errors
  /// shown, when that cannot be told (exit with `ExitCode.configuration`).
  func directories(_ common: Invocation.Common) -> ConfigurationDirectories? {
    guard let path = configurationPath(common) else { return nil }
    do {
      return try Configuration.load(path: path).configuration.directories
    } catch {
      if let directories = error.directories { return directories }
      for problem in error.errors { show(problem) }
      if error.omitted > 0 { Output.writeError("… and \(error.omitted) more errors\n") }
      return nil
    }
  }

  /// Shows what is wrong with a configuration, as compilers do.
  func show(_ problem: ConfigurationProblem) {
    let severity = problem.severity.rawValue
    let style: Terminal.Style = problem.severity == .error ? .red : .yellow
    let place = problem.line > 0 ? ":\(problem.line):\(problem.column)" : ""
    var text = errors.styled(printable(problem.file) + place, .bold) + ": "
    text += errors.styled(severity, style) + ": "
    if !problem.path.isEmpty { text += printable(problem.path) + ": " }
    text += printable(problem.message) + "\n"
    if let suggestion = problem.suggestion {
      text += "  did you mean \(errors.styled("`\(printable(suggestion))`", .green))?\n"
    }
    if let expected = problem.expected { text += "  expected: \(printable(expected))\n" }
    Output.writeError(text)
  }

  /// Says on standard error that something failed, and what to do.
  func report(_ message: String, hint: String? = nil) {
    var text = errors.styled("sallyport", .bold) + ": " + printable(message) + "\n"
    if let hint { text += "  \(printable(hint))\n" }
    Output.writeError(text)
  }
}
