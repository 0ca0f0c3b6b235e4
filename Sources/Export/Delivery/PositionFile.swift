internal import CLinux
internal import Glibc

/// Keeps a position on disk: replaced as a whole, and flushed before `save` returns.
public struct PositionFile: Sendable {
  private static let bytesMax = 64 << 10

  /// Where it is.
  public let path: String

  /// A file that need not exist yet.
  public init(path: String) {
    self.path = path
  }

  /// The position; nil when there is no file.
  public func load() throws(ExportError) -> ExportPosition? {
    let descriptor = linux_open(path, O_RDONLY | O_CLOEXEC, 0)
    if descriptor < 0, errno == ENOENT { return nil }
    guard descriptor >= 0 else { throw .file(path: path, reason: SystemText.current) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: Self.bytesMax)
    let count = read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { throw .file(path: path, reason: SystemText.current) }
    guard let position = ExportPosition(text: Array(bytes[..<count])) else {
      throw .notAPosition(path: path)
    }
    return position
  }

  /// Replaces the file.
  public func save(_ position: ExportPosition) throws(ExportError) {
    let draft = path + ".new"
    let descriptor = linux_open(
      draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .file(path: draft, reason: SystemText.current) }
    defer { close(descriptor) }
    guard FileWriting.writeAll(position.text, to: descriptor), fsync(descriptor) == 0,
      rename(draft, path) == 0
    else { throw .file(path: path, reason: SystemText.current) }
    try synchronizeDirectory()
  }

  private func synchronizeDirectory() throws(ExportError) {
    let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = linux_open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw .file(path: directory, reason: SystemText.current) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .file(path: directory, reason: SystemText.current) }
  }
}

/// Writing to descriptors that block.
enum FileWriting {
  /// False with `errno` when not everything could be written.
  static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

/// Texts of the system's errors.
enum SystemText {
  static func of(_ code: Int32) -> String { String(cString: strerror(code)) }

  static var current: String { of(errno) }
}
