import Glibc
import TestSupport

/// A directory of its own for one gateway.
final class Scratch: Sendable {
  private let directory = TemporaryDirectory()

  var path: String { directory.path }

  func file(_ name: String) -> String { directory.file(name) }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    let path = file(name)
    if let slash = name.lastIndex(of: "/") {
      let directory = file(String(name[..<slash]))
      guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { throw SystemFailure("mkdir") }
    }
    // Whole or not at all, as an editor does it.
    let fresh = path + ".new"
    let fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard fd >= 0 else { throw SystemFailure("open \(path)") }
    defer { close(fd) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(fd, $0.baseAddress, $0.count) }
      guard count > 0 else { throw SystemFailure("write \(path)") }
      rest = rest.dropFirst(count)
    }
    guard rename(fresh, path) == 0 else { throw SystemFailure("rename \(path)") }
    return path
  }

  /// The lines of a file; none when there is no such file.
  func lines(of name: String) -> [String] {
    guard let bytes = try? readFile(file(name)) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}

func readFile(_ path: String) throws -> [UInt8] {
  let fd = open(path, O_RDONLY | O_CLOEXEC)
  guard fd >= 0 else { throw SystemFailure("open \(path)") }
  defer { close(fd) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(fd, &chunk, chunk.count)
    guard count >= 0 else { throw SystemFailure("read \(path)") }
    if count == 0 { return bytes }
    bytes += chunk[..<count]
  }
}

/// A system call said no.
struct SystemFailure: Error, CustomStringConvertible {
  let description: String

  init(_ call: String) {
    description = "\(call): \(String(cString: strerror(errno)))"
  }
}
