import CLinux
import Cedar
import Glibc

/// One thing that is wrong with the policies of a directory.
public struct PolicyProblem: Sendable, Equatable, CustomStringConvertible {
  /// The path of the file or directory.
  public let file: String
  /// From 1; 0 when it concerns the file as a whole.
  public let line: Int
  /// From 1; 0 when it concerns the file as a whole.
  public let column: Int
  /// What is wrong, and what would be right.
  public let message: String

  init(_ file: String, line: Int = 0, column: Int = 0, _ message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }

  /// `file:line:column: message`
  public var description: String {
    line > 0 ? "\(file):\(line):\(column): \(message)" : "\(file): \(message)"
  }
}

/// Why the policies of a directory cannot be used.
public struct PolicyFilesError: Error, Sendable, CustomStringConvertible {
  /// At least one.
  public let problems: [PolicyProblem]
  /// One line a problem, each with its place.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Reads policies from a directory.
public enum PolicyFiles {
  /// Bytes of one file.
  public static let fileBytesMax = 4 << 20
  /// Files of the directory.
  public static let filesMax = 1000

  /// The paths of the policy files, sorted by name.
  public static func paths(in directory: String) throws(PolicyFilesError) -> [String] {
    guard let stream = opendir(directory) else {
      throw PolicyFilesError(
        problems: [PolicyProblem(directory, "cannot be read: \(String(cString: strerror(errno)))")])
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".cedar"), !name.hasPrefix(".") { names.append(name) }
    }
    guard names.count <= filesMax else {
      throw PolicyFilesError(
        problems: [PolicyProblem(directory, "holds more than \(filesMax) policy files")])
    }
    return names.sorted().map { "\(directory)/\($0)" }
  }

  /// Reads and parses every policy file of a directory.
  /// - Throws: every problem found, with file, line and column. No files at all is a problem too:
  ///   it is more likely a wrong path than a wish to deny everything.
  public static func load(from directory: String) throws(PolicyFilesError) -> Policies {
    let paths = try paths(in: directory)
    guard !paths.isEmpty else {
      throw PolicyFilesError(
        problems: [
          PolicyProblem(
            directory,
            "holds no *.cedar files; without a policy every call is denied. `sallyport init` "
              + "writes a starter policy")
        ])
    }
    var sources: [PolicySource] = []
    for path in paths {
      let text = String(decoding: try read(path), as: UTF8.self)
      // Agents are told the names of policies, and need not know where the files lie.
      let name = String(path.split(separator: "/").last ?? "")
      sources.append(PolicySource(file: name, text: text))
    }
    return try Policies.parse(sources, in: directory)
  }

  private static func read(_ path: String) throws(PolicyFilesError) -> [UInt8] {
    func failure(_ reason: String) -> PolicyFilesError {
      PolicyFilesError(problems: [PolicyProblem(path, reason)])
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw failure("cannot be read: \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw failure("not a regular file")
    }
    guard status.st_size <= fileBytesMax else {
      throw failure("larger than \(fileBytesMax) bytes")
    }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= fileBytesMax {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure(String(cString: strerror(errno))) }
      if count == 0 {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw failure("not UTF-8") }
        return bytes
      }
      bytes += chunk[..<count]
    }
    throw failure("larger than \(fileBytesMax) bytes")
  }
}
