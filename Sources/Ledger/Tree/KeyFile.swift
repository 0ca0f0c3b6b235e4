internal import CLinux
internal import Crypto
import Glibc

/// The file that holds the private key, 0600, written once and replaced at a rotation.
struct KeyFile {
  let path: String

  /// The key in the file; nil when there is no file.
  /// - Throws: `.unusable` when others may read it or it holds no key.
  func load() throws(LedgerError) -> NoteSigner? {
    let descriptor = linux_open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0)
    if descriptor < 0 {
      if errno == ENOENT { return nil }
      throw .system(FileFailure(operation: "open", path: path, code: errno))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .system(FileFailure(operation: "fstat", path: path, code: errno))
    }
    guard status.st_mode & 0o077 == 0 else {
      throw .unusable(
        file: path, reason: "others than its owner may read it; chmod 600, and rotate the key")
    }
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0, let signer = NoteSigner(text: String(decoding: bytes[..<count], as: UTF8.self))
    else { throw .unusable(file: path, reason: "it holds no private key of a log") }
    return signer
  }

  /// Keeps a key, on disk before it returns.
  func save(_ signer: NoteSigner) throws(LedgerError) {
    let cut = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let directory = cut.map { String(path[..<$0]) } ?? "."
    let name = cut.map { String(path[path.utf8.index(after: $0)...]) } ?? path
    do throws(FileFailure) {
      try SystemFiles(reading: directory).replace(name, with: Array(signer.text.utf8))
    } catch {
      throw .system(error)
    }
  }

  func remove() { unlink(path) }

  /// Puts this file in the place of another.
  func move(to other: KeyFile) throws(LedgerError) {
    guard rename(path, other.path) == 0 else {
      throw .system(FileFailure(operation: "rename", path: path, code: errno))
    }
  }
}
