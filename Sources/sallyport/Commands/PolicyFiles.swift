import Configuration
import Glibc

/// A file of the policy directory, read.
struct PolicyFile: Sendable, Equatable {
  var path: String
  var text: String
}

/// Something wrong or doubtful in a policy.
struct PolicyProblem: Sendable, Equatable {
  var severity: ConfigurationProblem.Severity = .error
  var file: String
  /// From 1; 0 when it concerns the file as a whole.
  var line: Int
  var column: Int
  var message: String
}

/// The `*.cedar` files of a directory.
enum PolicyFiles {
  static let maxFiles = 10_000

  /// The files by name, not of directories below; and what cannot be read.
  static func read(in directory: String) -> (files: [PolicyFile], problems: [PolicyProblem]) {
    guard let handle = opendir(directory) else {
      let reason = strerror(errno).map { String(cString: $0) } ?? "unreadable"
      return ([], [problem(directory, "cannot be read: \(reason)")])
    }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(".cedar"), !name.hasPrefix(".") { names.append(name) }
      if names.count > maxFiles {
        return ([], [problem(directory, "holds more than \(maxFiles) policy files")])
      }
    }
    var files: [PolicyFile] = []
    var problems: [PolicyProblem] = []
    for name in names.sorted() {
      let path = directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
      do {
        let bytes = try ConfigurationFile.read(path).bytes
        if let text = String(validating: bytes, as: UTF8.self) {
          files.append(PolicyFile(path: path, text: text))
        } else {
          problems.append(problem(path, "is not UTF-8 text"))
        }
      } catch {
        problems.append(problem(path, "cannot be read: \(error.reason)"))
      }
    }
    return (files, problems)
  }

  private static func problem(_ file: String, _ message: String) -> PolicyProblem {
    PolicyProblem(file: file, line: 0, column: 0, message: message)
  }
}
