import Configuration
import Glibc

/// `sallyport init`: a directory that `sallyport serve` runs from at once.
struct InitCommand {
  var directory: String
  var force: Bool
  var session: Session

  func run() -> ExitCode {
    let configuration = path(StarterConfiguration.configurationPath)
    if !force, access(configuration, F_OK) == 0 {
      session.report("\(configuration) is there already", hint: "`--force` replaces it")
      return .failure
    }
    do {
      try NewFile.makeDirectory(directory, mode: 0o755)
      try NewFile.makeDirectory(path("policies"), mode: 0o755)
      try NewFile.makeDirectory(path("tokens"), mode: 0o700)
      guard let token = Self.newToken() else {
        session.report("the system has no random bytes")
        return .failure
      }
      // The token comes first: a configuration that names a missing file would not load.
      try write(token + "\n", to: StarterConfiguration.tokenPath, mode: 0o600, replacing: false)
      try write(
        StarterConfiguration.policy, to: StarterConfiguration.policyPath, mode: 0o644,
        replacing: force)
      try write(Self.ignoredByGit, to: ".gitignore", mode: 0o644, replacing: false)
      try write(
        StarterConfiguration.configuration, to: StarterConfiguration.configurationPath, mode: 0o644,
        replacing: force)
    } catch {
      session.report("cannot write \(error.path): \(error.reason)")
      return .failure
    }
    Output.write(nextSteps)
    return .success
  }

  private static let ignoredByGit = "tokens/\ndata/\n"

  /// 256 random bits. The prefix lets scanners for leaked secrets recognise it.
  static func newToken() -> String? {
    var bytes = [UInt8](repeating: 0, count: 32)
    guard getentropy(&bytes, bytes.count) == 0 else { return nil }
    let digits = Array("0123456789abcdef")
    return "sallyport_" + String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  private func path(_ name: String) -> String {
    directory == "." ? name : directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
  }

  private func write(
    _ text: String, to name: String, mode: mode_t, replacing: Bool
  ) throws(NewFile.Failure) {
    let verb =
      switch try NewFile.write(text, to: path(name), mode: mode, replacing: replacing) {
      case .created: "wrote"
      case .replaced: "replaced"
      case .kept: "kept"
      }
    Output.write("\(session.output.styled(verb, .green)) \(printable(path(name)))\n")
  }

  private var nextSteps: String {
    let configuration = path(StarterConfiguration.configurationPath)
    let option = directory == "." ? "" : " --config \(Completion.shellQuoted(configuration))"
    let token = Completion.shellQuoted(path(StarterConfiguration.tokenPath))
    return """

      Next:
        1. Put your servers under `mcpServers` in \(printable(configuration)).
        2. sallyport check\(option)
        3. sallyport serve\(option)
        4. claude mcp add --transport http sallyport http://127.0.0.1:8808/mcp \\
             --header "Authorization: Bearer $(cat \(token))"

      """
  }
}
