import Crypto
import Glibc

/// The file that holds the secret of `StateKeys`: 64 hexadecimal digits, readable by its owner
/// only. Gateways that stand for one another are given the same file.
public struct StateKeyFile: Sendable {
  /// Why there is no secret.
  public struct Failure: Error, Sendable {
    /// What is wrong with which file, and what to do.
    public let reason: String
  }

  private let path: String

  /// The file at `path`.
  public init(path: String) { self.path = path }

  /// The keys of the file, which is made when it is not there.
  /// - Throws: when it cannot be read or made, others may read it, or it holds no secret.
  public func load() throws(Failure) -> StateKeys {
    if let keys = try read() { return keys }
    try create()
    guard let keys = try read() else { throw Failure(reason: "\(path) cannot be kept") }
    return keys
  }

  private func read() throws(Failure) -> StateKeys? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw failure("read")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw Failure(reason: "\(path) is not a regular file")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw Failure(
        reason: "\(path) may be read by others than its owner: remove it, a new one is made")
    }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    let text = String(decoding: bytes[..<max(0, count)], as: UTF8.self)
    let digits = text.hasSuffix("\n") ? String(text.dropLast()) : text
    guard let secret = Hex.decode(digits), let keys = StateKeys(secret: secret) else {
      throw Failure(
        reason: "\(path) does not hold 64 hexadecimal digits: remove it, a new one is made")
    }
    return keys
  }

  /// Makes the file, whole or not at all; one that is there by now stays.
  private func create() throws(Failure) {
    let draft = "\(path).\(getpid())"
    unlink(draft)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw failure("made") }
    defer { unlink(draft) }
    let text = Array((Hex.encode(SecureRandom.bytes(StateKeys.secretBytes)) + "\n").utf8)
    let written = write(descriptor, text, text.count)
    let isKept = fsync(descriptor) == 0
    close(descriptor)
    guard written == text.count, isKept else { throw failure("written") }
    guard link(draft, path) == 0 || errno == EEXIST else { throw failure("made") }
  }

  private func failure(_ what: String) -> Failure {
    Failure(reason: "\(path) cannot be \(what): \(String(cString: strerror(errno)))")
  }
}
