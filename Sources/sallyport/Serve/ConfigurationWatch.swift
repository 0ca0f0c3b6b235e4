import Glibc
import Reactor

/// Notices when files change, by looking at them: it sees every way an editor or a deployment
/// replaces a file, also over a network or through symbolic links.
final class ConfigurationWatch: @unchecked Sendable {  // confined to its loop
  static let interval: Duration = .seconds(1)

  private struct Mark: Equatable, Sendable {
    let path: String
    let device: UInt
    let inode: UInt
    let size: Int
    let seconds: Int
    let nanoseconds: Int
  }

  private let home: EventLoop
  private let paths: @Sendable () -> [String]
  private let changed: @Sendable () -> Void
  private let files: BlockingThread
  private var seen: [Mark]?
  private var timer: LoopTimer?
  private var isStopped = false

  /// Calls `changed` on `home` whenever one of `paths` is another than before. `files` is where
  /// they are looked at.
  init(
    home: EventLoop, files: BlockingThread, paths: @escaping @Sendable () -> [String],
    changed: @escaping @Sendable () -> Void
  ) {
    self.home = home
    self.files = files
    self.paths = paths
    self.changed = changed
    look()
  }

  func stop() {
    isStopped = true
    timer?.cancel()
  }

  private func look() {
    home.spawn { [self] in
      let paths = paths()
      let now = await files.run { paths.compactMap(Self.mark) }
      guard !isStopped else { return }
      if let seen, seen != now { changed() }
      seen = now
      timer = home.schedule(after: Self.interval) { [weak self] in self?.look() }
    }
  }

  private static func mark(_ path: String) -> Mark? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Mark(
      path: path, device: status.st_dev, inode: status.st_ino, size: status.st_size,
      seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
  }
}
