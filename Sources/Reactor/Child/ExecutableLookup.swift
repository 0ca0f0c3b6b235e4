internal import CLinux
import Glibc

/// Finds the file of a command as `execvp` would, but in the PATH that the child is given.
enum ExecutableLookup {
  /// The path to start for `command`. Directories in `path` that are not absolute are passed over:
  /// what they mean would depend on where the child starts.
  static func resolve(_ command: String, path: String?) throws(ReactorError) -> String {
    if command.utf8.contains(UInt8(ascii: "/")) { return command }
    var refused: String?
    for directory in (path ?? "").split(separator: ":") where directory.utf8.first == slash {
      let candidate = "\(directory)/\(command)"
      guard isRegularFile(candidate) else { continue }
      if access(candidate, X_OK) == 0 { return candidate }
      refused = refused ?? candidate
    }
    if let refused { throw .notExecutable(path: refused, code: EACCES) }
    throw .commandNotFound(name: command, path: path ?? "")
  }

  /// Says why `posix_spawn` failed with `code`.
  static func explain(
    _ code: Int32, path: String, workingDirectory: String?
  ) -> ReactorError {
    if let workingDirectory, let code = obstacle(entering: workingDirectory) {
      return .workingDirectoryUnusable(path: workingDirectory, code: code)
    }
    switch code {
    case ENOENT:
      let place =
        path.utf8.first == slash ? path : (workingDirectory.map { "\($0)/" } ?? "") + path
      return isRegularFile(place)
        ? .interpreterMissing(path: place) : .notExecutable(path: place, code: code)
    case EACCES, ENOEXEC, ENOTDIR, EISDIR, ELOOP, ETXTBSY, ENAMETOOLONG, EINVAL:
      return .notExecutable(path: path, code: code)
    default:
      return .system(call: "posix_spawn", code: code, subject: "«\(path)»")
    }
  }

  private static let slash = UInt8(ascii: "/")

  private static func isRegularFile(_ path: String) -> Bool { mode(path) & S_IFMT == S_IFREG }

  private static func obstacle(entering directory: String) -> Int32? {
    var status = stat()
    guard stat(directory, &status) == 0 else { return errno }
    guard status.st_mode & S_IFMT == S_IFDIR else { return ENOTDIR }
    return access(directory, X_OK) == 0 ? nil : errno
  }

  private static func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode : 0
  }
}
