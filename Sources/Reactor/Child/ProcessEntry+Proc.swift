internal import CLinux
import Glibc

extension ProcessEntry {
  /// Bytes read of one stat line; the fields needed here end well before.
  private static let lineBytesMax = 1024

  /// Every process that /proc shows. About 10 µs each: not for a loop's thread.
  static func readAll() -> [ProcessEntry] {
    guard let directory = opendir("/proc") else { return [] }
    defer { closedir(directory) }
    var entries: [ProcessEntry] = []
    while let item = readdir(directory) {
      let name = withUnsafeBytes(of: &item.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let pid = Int32(name), let entry = read(pid) { entries.append(entry) }
    }
    return entries
  }

  /// One process; nil when it is gone.
  static func read(_ pid: Int32) -> ProcessEntry? {
    let file = linux_open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC, 0)
    guard file >= 0 else { return nil }
    defer { close(file) }
    let line = [UInt8](unsafeUninitializedCapacity: lineBytesMax) { buffer, count in
      count = max(0, Glibc.read(file, buffer.baseAddress, lineBytesMax))
    }
    return ProcessEntry(parsing: line)
  }

  /// False once this process has ended, reaped or not.
  var isRunning: Bool {
    guard let entry = Self.read(pid) else { return false }
    return entry == self && !entry.isZombie
  }

  /// Sends a signal to exactly this process: nothing happens when it is gone, even if its number is
  /// in use again.
  func signal(_ signal: Int32) {
    let pidfd = linux_pidfd_open(pid)
    guard pidfd >= 0 else { return }
    // The pidfd pins whichever process has the number now; only then is it compared.
    if Self.read(pid) == self { _ = linux_pidfd_send_signal(pidfd, signal) }
    close(pidfd)
  }
}
