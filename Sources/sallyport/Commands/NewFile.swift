import Glibc

/// Writes the files of `sallyport init`.
enum NewFile {
  struct Failure: Error, Equatable {
    var path: String
    var reason: String
  }

  enum Outcome: Equatable { case created, replaced, kept }

  /// Writes `text`, durably and never half: into a file beside it, which then takes its name. An
  /// existing file is kept unless `replacing`.
  static func write(
    _ text: String, to path: String, mode: mode_t, replacing: Bool
  ) throws(Failure) -> Outcome {
    let exists = access(path, F_OK) == 0
    if exists, !replacing { return .kept }
    let draft = "\(path).\(getpid()).new"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    do throws(Failure) {
      var bytes = Array(text.utf8)[...]
      while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw failure(path) }
        bytes = bytes.dropFirst(count)
      }
      guard fsync(descriptor) == 0 else { throw failure(path) }
      // A link fails where a file has appeared meanwhile; a rename would replace it.
      let placed = replacing ? rename(draft, path) : link(draft, path)
      guard placed == 0 else { throw failure(path) }
      if !replacing { unlink(draft) }
    } catch {
      unlink(draft)
      throw error
    }
    return exists ? .replaced : .created
  }

  /// Makes a directory and those above it; an existing one keeps its mode.
  static func makeDirectory(_ path: String, mode: mode_t) throws(Failure) {
    if mkdir(path, mode) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      throw failure(path)
    }
    try makeDirectory(String(path[..<slash]), mode: 0o755)
    guard mkdir(path, mode) == 0 || errno == EEXIST else { throw failure(path) }
  }

  private static func failure(_ path: String) -> Failure {
    Failure(path: path, reason: strerror(errno).map { String(cString: $0) } ?? "unknown error")
  }
}
