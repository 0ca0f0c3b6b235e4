import Configuration
import Glibc

/// Where `sallyport login` keeps a session: in the data directory, one for each Unix user, readable
/// by nobody else.
struct SessionFile {
  private static let bytesMax = 256

  let path: String

  init(_ directories: ConfigurationDirectories) {
    path = "\(DataDirectory(directories.data).path)/login-\(getuid())"
  }

  /// The session that is kept; nil without one, and for a file that others may read.
  func read() -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_mode & 0o077 == 0, status.st_uid == getuid()
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: Self.bytesMax)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    let text = String(decoding: bytes[..<max(0, count)], as: UTF8.self)
      .split(separator: "\n").first.map(String.init)
    guard let text, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else { return nil }
    return text
  }

  func keep(_ session: String) throws(NewFile.Failure) {
    _ = try NewFile.write(session + "\n", to: path, mode: 0o600, replacing: true)
  }

  func remove() { unlink(path) }
}
