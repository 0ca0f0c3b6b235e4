import Configuration
import Glibc

/// Which argument of a program is what it runs: of an interpreter, the first that names a file.
enum InterpretedScript {
  /// Programs that run a file that is named to them. A name may end with a version.
  private static let interpreters: Set<String> = [
    "bash", "bun", "dash", "deno", "dotnet", "java", "lua", "node", "nodejs", "perl", "php", "pypy",
    "python", "ruby", "rscript", "sh", "ts-node", "tsx", "uv", "zsh",
  ]
  /// What follows these is a module or a text, and arguments of it.
  private static let ending: Set<String> = ["-m", "-c", "-e", "-p", "--eval", "--print"]

  /// The place among the arguments; nil when the program is no interpreter, or no argument is a
  /// file. Looks at the file system.
  static func place(in process: Configuration.ChildProcess) -> Int? {
    let program = process.command.reveal().split(separator: "/").last.map(String.init) ?? ""
    guard isInterpreter(program.lowercased()) else { return nil }
    for (place, argument) in process.arguments.enumerated() {
      let text = argument.reveal()
      if ending.contains(text) { return nil }
      guard !text.hasPrefix("-") else { continue }
      if isFile(path(text, in: process.workingDirectory)) { return place }
    }
    return nil
  }

  /// Where a relative path leads that a process is given.
  static func path(_ text: String, in directory: String?) -> String {
    guard !text.hasPrefix("/"), let directory else { return text }
    return "\(directory)/\(text)"
  }

  private static func isInterpreter(_ program: String) -> Bool {
    let stem = program.prefix { !$0.isNumber }
    return interpreters.contains(program) || interpreters.contains(String(stem))
  }

  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}
