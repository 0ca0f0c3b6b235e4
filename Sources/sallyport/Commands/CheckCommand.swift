import Catalog
import Configuration
import Gate

/// `sallyport check`: everything that is wrong with the configuration and the policies.
struct CheckCommand {
  var common: Invocation.Common
  var session: Session

  func run() -> ExitCode {
    guard let path = session.configurationPath(common) else { return .configuration }
    var report = Report(file: path)
    do {
      let loaded = try Configuration.load(path: path)
      let (configuration, problems) = loaded.configuration.withStore(path: path)
      report.configuration = configuration
      report.problems =
        loaded.warnings + problems
        + MachineCheck(environment: session.environment).problems(of: configuration)
      report.addPolicies(of: configuration)
    } catch {
      report.problems = error.warnings + error.errors
      report.omitted = error.omitted
    }
    if common.json {
      Output.write(report.json + "\n")
    } else {
      show(report)
    }
    return report.isRight ? .success : .configuration
  }

  private func show(_ report: Report) {
    for problem in report.problems { session.show(problem) }
    if report.omitted > 0 { Output.writeError("… and \(report.omitted) more errors\n") }
    guard report.isRight, let configuration = report.configuration else { return }
    let disabled = configuration.upstreams.count { !$0.isEnabled }
    var servers = counted(configuration.upstreams.count, "server")
    if disabled > 0 { servers += " (\(disabled) disabled)" }
    let parts = [
      counted(configuration.agents.count, "agent"), servers,
      report.policies == 1 ? "1 policy" : "\(report.policies) policies",
    ]
    Output.write(
      "\(session.output.styled("✓", .green)) \(printable(report.file)): "
        + parts.joined(separator: ", ") + "\n")
  }

  private func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  /// What was found.
  private struct Report {
    var file: String
    var configuration: Configuration?
    var problems: [ConfigurationProblem] = []
    var omitted = 0
    var policies = 0

    /// Adds what there is in the policy directory. What only a connected server could tell is not
    /// looked for.
    mutating func addPolicies(of configuration: Configuration) {
      do {
        let policies = try PolicyFiles.load(from: configuration.policyDirectory)
        self.policies = policies.count
        let schema = PolicySchema(catalog: .empty, configuration: configuration)
        add(schema.check(policies).errors)
      } catch {
        add(error.problems)
      }
    }

    private mutating func add(_ found: [PolicyProblem]) {
      for problem in found {
        problems.append(
          ConfigurationProblem(
            severity: .error, file: problem.file, line: problem.line, column: problem.column,
            message: problem.message))
      }
    }

    var isRight: Bool {
      configuration != nil && !problems.contains { $0.severity == .error }
    }

    var json: String {
      let problems = problems.map { problem in
        JSONText.object([
          ("severity", JSONText.string(problem.severity.rawValue)),
          ("file", JSONText.string(problem.file)), ("line", "\(problem.line)"),
          ("column", "\(problem.column)"), ("path", JSONText.string(problem.path)),
          ("message", JSONText.string(problem.message)),
          ("expected", problem.expected.map(JSONText.string) ?? "null"),
          ("suggestion", problem.suggestion.map(JSONText.string) ?? "null"),
        ])
      }
      return JSONText.object([
        ("ok", "\(isRight)"), ("file", JSONText.string(file)),
        ("agents", "\(configuration?.agents.count ?? 0)"),
        ("servers", "\(configuration?.upstreams.count ?? 0)"),
        ("policies", "\(policies)"), ("omitted", "\(omitted)"),
        ("problems", "[\(problems.joined(separator: ","))]"),
      ])
    }
  }
}
