extension ChildProcess {
  /// What to start, and with what. Nothing of the parent's environment reaches the child.
  public struct Configuration: Sendable, Hashable {
    /// A name to look up in the PATH of `environment`, or a path when it contains a slash. A
    /// relative path is taken from the child's working directory.
    public var executable: String
    /// The arguments after the command's own name.
    public var arguments: [String]
    /// The child's whole environment.
    public var environment: [String: String]
    /// Where the child starts; nil for the parent's working directory.
    public var workingDirectory: String?

    /// A child to start.
    public init(
      executable: String, arguments: [String] = [], environment: [String: String],
      workingDirectory: String? = nil
    ) {
      self.executable = executable
      self.arguments = arguments
      self.environment = environment
      self.workingDirectory = workingDirectory
    }
  }
}

extension ChildProcess.Configuration {
  /// Checks that every string can be passed through `execve`.
  func validate() throws(ReactorError) {
    func check(_ field: String, _ text: String) throws(ReactorError) {
      if text.utf8.contains(0) {
        throw .invalidChildString(field: field, reason: "it contains a zero byte")
      }
    }
    if executable.isEmpty {
      throw .invalidChildString(field: "the command", reason: "it is empty")
    }
    try check("the command", executable)
    for (index, argument) in arguments.enumerated() { try check("argument \(index + 1)", argument) }
    if let workingDirectory { try check("the working directory", workingDirectory) }
    for (name, value) in environment {
      if name.isEmpty || name.utf8.contains(UInt8(ascii: "=")) || name.utf8.contains(0) {
        throw .invalidChildString(
          field: "an environment variable",
          reason: "its name is empty or contains «=» or a zero byte")
      }
      try check("environment variable \(name)", value)
    }
  }
}
