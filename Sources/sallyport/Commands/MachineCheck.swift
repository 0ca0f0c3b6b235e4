import Configuration
import Glibc

/// What a configuration names and this machine lacks: programs, directories, certificates. A
/// configuration is often written elsewhere, so this belongs to `check` and not to reading it.
struct MachineCheck {
  /// The gateway's own environment, whose `PATH` a program is looked up in.
  var environment: [String: String]

  func problems(of configuration: Configuration) -> [ConfigurationProblem] {
    var problems: [ConfigurationProblem] = []
    func add(
      _ severity: ConfigurationProblem.Severity, _ path: String, _ message: String,
      expected: String? = nil
    ) {
      problems.append(
        ConfigurationProblem(
          severity: severity, file: configuration.file, path: path, message: message,
          expected: expected))
    }
    if let tls = configuration.tls {
      for (key, file) in [("certificate", tls.certificate), ("key", tls.key)]
      where access(file, R_OK) != 0 {
        add(.error, "tls.\(key)", "\(file) cannot be read", expected: "a PEM file")
      }
    }
    for upstream in configuration.upstreams where upstream.isEnabled {
      let path = "mcpServers.\(upstream.name)"
      switch upstream.transport {
      case .stdio(let child):
        if !canRun(child) {
          add(
            .warning, "\(path).command", "\(child.command) is not there to be run",
            expected: "an installed program; it is looked for in PATH")
        }
        if let directory = child.workingDirectory, access(directory, X_OK) != 0 {
          add(.warning, "\(path).cwd", "\(directory) is not there", expected: "a directory")
        }
      case .http(let endpoint), .sse(let endpoint):
        if let file = endpoint.certificateAuthorities, access(file, R_OK) != 0 {
          add(.error, "\(path).ca", "\(file) cannot be read", expected: "a PEM file")
        }
      }
    }
    return problems
  }

  private func canRun(_ child: Configuration.ChildProcess) -> Bool {
    let program = child.command.reveal()
    if program.contains("/") { return isExecutable(program) }
    let path = child.environment["PATH"]?.reveal() ?? environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":").contains { isExecutable("\($0)/\(program)") }
  }

  private func isExecutable(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && access(path, X_OK) == 0
  }
}
