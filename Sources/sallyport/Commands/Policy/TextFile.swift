import Glibc

/// A text that a command reads: a file, or standard input under the name `-`.
struct TextFile {
  struct Failure: Error {
    let path: String
    let reason: String
  }

  static let bytesMax = 64 << 20

  let path: String
  let text: String

  init(reading path: String) throws(Failure) {
    self.path = path
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw TextFile.failure(path) }
    defer { if path != "-" { close(descriptor) } }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw TextFile.failure(path) }
      if count == 0 { break }
      bytes += chunk[..<count]
      guard bytes.count <= TextFile.bytesMax else {
        throw Failure(path: path, reason: "larger than \(TextFile.bytesMax) bytes")
      }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(path: path, reason: "not UTF-8")
    }
    self.text = text
  }

  private static func failure(_ path: String) -> Failure {
    Failure(path: path, reason: String(cString: strerror(errno)))
  }
}

/// Finds files below what a person named.
enum FileSearch {
  static let filesMax = 100_000

  /// The paths that are files as they are, and of those that are directories every file below with
  /// one of these endings, sorted by name. Hidden files and links to directories are left out.
  static func files(_ paths: [String], endings: [String]) throws(TextFile.Failure) -> [String] {
    var found: [String] = []
    for path in paths {
      guard path != "-", let isDirectory = isDirectory(path, followingLinks: true) else {
        if path == "-" { found.append(path); continue }
        throw TextFile.Failure(path: path, reason: String(cString: strerror(errno)))
      }
      if isDirectory { try search(path, endings, &found) } else { found.append(path) }
    }
    return found
  }

  private static func search(
    _ directory: String, _ endings: [String], _ found: inout [String]
  ) throws(TextFile.Failure) {
    var pending = [directory]
    var here: [String] = []
    while let next = pending.popLast() {
      for name in try names(in: next) {
        let path = next.hasSuffix("/") ? next + name : "\(next)/\(name)"
        if isDirectory(path, followingLinks: false) == true {
          pending.append(path)
        } else if endings.contains(where: name.hasSuffix) {
          here.append(path)
        }
      }
      guard here.count + pending.count <= filesMax else {
        throw TextFile.Failure(path: directory, reason: "holds more than \(filesMax) files")
      }
    }
    found += here.sorted()
  }

  private static func names(in directory: String) throws(TextFile.Failure) -> [String] {
    guard let stream = opendir(directory) else {
      throw TextFile.Failure(path: directory, reason: String(cString: strerror(errno)))
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }

  /// Nil when there is nothing at the path; `errno` says why.
  private static func isDirectory(_ path: String, followingLinks: Bool) -> Bool? {
    var status = stat()
    let result = followingLinks ? stat(path, &status) : lstat(path, &status)
    return result == 0 ? status.st_mode & S_IFMT == S_IFDIR : nil
  }
}
