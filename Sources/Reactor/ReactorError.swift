internal import CLinux
import Glibc

/// What the operating system refused, and where.
public enum ReactorError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A system call failed. `subject` says what it was about (a descriptor, a path, a name).
  case system(call: String, code: Int32, subject: String)
  /// No executable file of this name is in any directory of the PATH that was given.
  case commandNotFound(name: String, path: String)
  /// The file cannot be started: it is missing, a directory, lacks execute permission, or has a
  /// format the kernel does not know (a script without `#!`).
  case notExecutable(path: String, code: Int32)
  /// The file is there, but the interpreter it names (`#!` line or dynamic loader) is not.
  case interpreterMissing(path: String)
  /// The working directory for a child does not exist or cannot be entered.
  case workingDirectoryUnusable(path: String, code: Int32)
  /// A string for a child (named by `field`) cannot be passed to it, for the reason given.
  case invalidChildString(field: String, reason: String)

  /// One sentence for a person: what happened, where, and what to do.
  public var description: String {
    switch self {
    case .system(let call, let code, let subject):
      "\(call) failed for \(subject): \(Self.text(code))"
    case .commandNotFound(let name, let path):
      path.isEmpty
        ? "command «\(name)» not found: the environment for the child has no PATH; "
          + "set PATH or give the full path of the command"
        : "command «\(name)» not found in PATH (\(path)); install it, extend PATH or give its "
          + "full path"
    case .notExecutable(let path, let code):
      "«\(path)» cannot be started: \(Self.text(code))"
    case .interpreterMissing(let path):
      "«\(path)» cannot be started: the interpreter it names (its #! line or its dynamic loader) "
        + "does not exist"
    case .workingDirectoryUnusable(let path, let code):
      "working directory «\(path)» cannot be entered: \(Self.text(code))"
    case .invalidChildString(let field, let reason):
      "\(field) cannot be passed to a child process: \(reason)"
    }
  }

  /// The error of the call that just failed, from errno.
  static func last(_ call: String, _ subject: String) -> ReactorError {
    .system(call: call, code: errno, subject: subject)
  }

  /// The text of an errno value.
  static func text(_ code: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 128)
    linux_error_text(code, &buffer, buffer.count)
    return String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
  }
}
