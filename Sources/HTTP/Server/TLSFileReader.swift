internal import CLinux
internal import Glibc

/// Reads PEM files at start-up.
enum TLSFileReader {
  /// Bytes of a certificate chain or key.
  static let bytesMax = 1 << 20

  /// The file's bytes.
  static func read(_ path: String) throws(HTTPServerError) -> [UInt8] {
    let fd = linux_open(path, O_RDONLY | O_CLOEXEC, 0)
    guard fd >= 0 else { throw .unreadableTLSFile(path: path, code: errno) }
    defer { close(fd) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 16 * 1024)
    while true {
      let count = Glibc.read(fd, &block, block.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .unreadableTLSFile(path: path, code: errno) }
      if count == 0 { break }
      bytes += block[..<count]
      guard bytes.count <= bytesMax else { throw .unreadableTLSFile(path: path, code: EFBIG) }
    }
    return bytes
  }
}
