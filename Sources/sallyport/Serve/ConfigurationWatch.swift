import Glibc
import Reactor

/// Notices when files change, by looking at them: it sees every way an editor or a deployment
/// replaces a file, also over a network or through symbolic links.
final class ConfigurationWatch: @unchecked Sendable {  // confined to its loop
  static let interval: Duration = .seconds(1)

  /// What shows that a file is another.
  struct Mark: Equatable, Sendable {
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
  private var seen: [Mark]
  private var timer: LoopTimer?
  private var isStopped = false

  /// Calls `changed` on `home` whenever one of `paths` is another than before. `files` is where
  /// they are looked at, `marks` are those from before they were read.
  init(
    home: EventLoop, files: BlockingThread, since marks: [Mark],
    paths: @escaping @Sendable () -> [String],
    changed: @escaping @Sendable () -> Void
  ) {
    self.home = home
    self.files = files
    self.paths = paths
    self.changed = changed
    seen = marks
    look()
  }

  func stop() {
    isStopped = true
    timer?.cancel()
  }

  private func look() {
    home.spawn { [self] in
      let paths = paths()
      let now = await files.run { Self.marks(of: paths) }
      guard !isStopped else { return }
      if seen != now { changed() }
      seen = now
      timer = home.schedule(after: Self.interval) { [weak self] in self?.look() }
    }
  }

  /// Of the files that are there. Blocks.
  static func marks(of paths: [String]) -> [Mark] { paths.compactMap(mark) }

  private static func mark(_ path: String) -> Mark? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Mark(
      path: path, device: status.st_dev, inode: status.st_ino, size: status.st_size,
      seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
  }
}
