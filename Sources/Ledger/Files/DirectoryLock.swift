internal import CLinux
import Glibc
import Synchronization

/// The right to write one ledger: an exclusive `flock` on `ledger.lock`, which holds the owner's
/// process id and the machine's boot id. The kernel releases it when the process ends.
final class DirectoryLock: Sendable {
  static let name = "ledger.lock"

  private let path: String
  private let descriptor: Int32
  private let isHeld = Atomic(true)
  /// Whether the last writer, if any, ran since the machine started: nothing it wrote can be lost.
  let wasWrittenThisBoot: Bool

  init(directory: String) throws(LedgerError) {
    path = directory + "/" + Self.name
    descriptor = linux_open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw .system(FileFailure(operation: "open", path: path, code: errno))
    }
    let refused = flock(descriptor, LOCK_EX | LOCK_NB) != 0 ? errno : 0
    let owner = Self.owner(descriptor)
    guard refused == 0 else {
      close(descriptor)
      if refused == EWOULDBLOCK { throw .inUse(directory: directory, pid: owner.pid) }
      throw .system(FileFailure(operation: "flock", path: path, code: refused))
    }
    let boot = Self.bootIdentity()
    wasWrittenThisBoot = owner.boot != nil && owner.boot == boot
    // The boot stays the last writer's until recovery is through: if that fails half-way, the next
    // attempt must still know that the machine was restarted.
    try write(boot: owner.boot)
  }

  /// Says that the ledger was recovered in this boot and is written from now on.
  func recordBoot() throws(LedgerError) {
    try write(boot: Self.bootIdentity())
  }

  private func write(boot: Substring?) throws(LedgerError) {
    let text = Array("\(getpid()) \(boot ?? "-")\n".utf8)
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count
    else {
      throw .system(FileFailure(operation: "pwrite", path: path, code: errno))
    }
  }

  deinit {
    release()
  }

  /// Lets others write. Again without effect.
  func release() {
    guard isHeld.exchange(false, ordering: .relaxed) else { return }
    // Closing alone would leave the lock with a child that is just being spawned, until it execs.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  private static func owner(_ descriptor: Int32) -> (pid: Int32?, boot: Substring?) {
    let words = text(descriptor).split(separator: " ")
    return (words.first.flatMap { Int32($0) }, words.count == 2 ? words[1] : nil)
  }

  private static func bootIdentity() -> Substring? {
    let descriptor = linux_open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let text = text(descriptor)
    return text.isEmpty ? nil : text
  }

  private static func text(_ descriptor: Int32) -> Substring {
    var bytes = [UInt8](repeating: 0, count: 128)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    return text.prefix { $0 != "\n" }
  }
}
