internal import CLinux
import Glibc

/// The files of a directory on this machine: directories 0700, files 0600, descriptors closed on
/// exec.
struct SystemFiles: LedgerFiles {
  let directory: String

  /// Creates the directory if its parent exists.
  init(directory: String) throws(FileFailure) {
    self.directory = directory
    try makeDirectory("")
  }

  /// An existing directory, to be read.
  init(reading directory: String) {
    self.directory = directory
  }

  func path(_ name: String) -> String {
    name.isEmpty ? directory : directory + "/" + name
  }

  func list() throws(FileFailure) -> [String] {
    guard let stream = opendir(directory) else { throw failure("opendir", "") }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw failure("readdir", "") }
        return names
      }
      names.append(
        withUnsafeBytes(of: entry.pointee.d_name) { name in
          String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
  }

  func read(_ name: String) throws(FileFailure) -> [UInt8] {
    let file = try openForReading(name)
    defer { close(file) }
    return try read(file, at: 0, count: .max)
  }

  /// At most `count` bytes from an offset; fewer, or none, where the file ends.
  func read(_ file: FileHandle, at offset: Int, count: Int) throws(FileFailure) -> [UInt8] {
    let count = max(0, min(count, try size(file) - offset))
    var failed: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let got = pread(
          file.descriptor, buffer.baseAddress?.advanced(by: filled), count - filled,
          off_t(offset + filled))
        if got > 0 {
          filled += got
        } else if got == 0 {
          return
        } else if errno != EINTR {
          failed = errno
          return
        }
      }
    }
    guard failed == 0 else {
      throw FileFailure(operation: "pread", path: path(file.name), code: failed)
    }
    return bytes
  }

  func size(_ file: FileHandle) throws(FileFailure) -> Int {
    var status = stat()
    guard fstat(file.descriptor, &status) == 0 else { throw failure("fstat", file.name) }
    return Int(status.st_size)
  }

  func create(_ name: String) throws(FileFailure) -> FileHandle {
    try open(name, flags: O_RDWR | O_CREAT | O_EXCL)
  }

  func open(_ name: String) throws(FileFailure) -> FileHandle {
    try open(name, flags: O_RDWR)
  }

  func openForReading(_ name: String) throws(FileFailure) -> FileHandle {
    try open(name, flags: O_RDONLY)
  }

  private func open(_ name: String, flags: Int32) throws(FileFailure) -> FileHandle {
    let descriptor = linux_open(path(name), flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw failure("open", name) }
    return FileHandle(descriptor: descriptor, name: name)
  }

  func write(
    _ bytes: UnsafeRawBufferPointer, to file: FileHandle, at offset: Int
  ) throws(FileFailure) -> Int {
    while true {
      let count = pwrite(file.descriptor, bytes.baseAddress, bytes.count, off_t(offset))
      if count > 0 { return count }
      if count == 0 {
        throw FileFailure(operation: "pwrite", path: path(file.name), code: ENOSPC)
      }
      if errno != EINTR { throw failure("pwrite", file.name) }
    }
  }

  func truncate(_ file: FileHandle, to count: Int) throws(FileFailure) {
    while ftruncate(file.descriptor, off_t(count)) != 0 {
      if errno != EINTR { throw failure("ftruncate", file.name) }
    }
  }

  func clear(_ file: FileHandle, _ range: Range<Int>) throws(FileFailure) {
    guard !range.isEmpty else { return }
    // Zeros first: a file system that cannot punch holes must not keep the bytes.
    let zeros = [UInt8](repeating: 0, count: min(range.count, 64 << 10))
    var offset = range.lowerBound
    while offset < range.upperBound {
      let count = min(zeros.count, range.upperBound - offset)
      try writeAll(Array(zeros.prefix(count)), to: file, at: offset)
      offset += count
    }
    _ = linux_punch_hole(file.descriptor, Int64(range.lowerBound), Int64(range.count))
  }

  func synchronize(_ file: FileHandle) throws(FileFailure) {
    while fdatasync(file.descriptor) != 0 {
      if errno != EINTR { throw failure("fdatasync", file.name) }
    }
  }

  func close(_ file: FileHandle) {
    _ = Glibc.close(file.descriptor)
  }

  func makeDirectory(_ name: String) throws(FileFailure) {
    if mkdir(path(name), 0o700) != 0, errno != EEXIST { throw failure("mkdir", name) }
  }

  func exists(_ name: String) -> Bool {
    access(path(name), F_OK) == 0
  }

  func rename(_ name: String, to other: String) throws(FileFailure) {
    if Glibc.rename(path(name), path(other)) != 0 { throw failure("rename", name) }
  }

  func remove(_ name: String) throws(FileFailure) {
    if unlink(path(name)) != 0 { throw failure("unlink", name) }
  }

  func synchronizeDirectory(_ name: String) throws(FileFailure) {
    let file = try open(name, flags: O_RDONLY | O_DIRECTORY)
    defer { close(file) }
    if fsync(file.descriptor) != 0 { throw failure("fsync", name) }
  }

  private func failure(_ operation: String, _ name: String) -> FileFailure {
    FileFailure(operation: operation, path: path(name), code: errno)
  }
}

extension FileFailure: CustomStringConvertible {
  /// For example «fdatasync of /var/lib/x/0.seg: Input/output error (5)».
  public var description: String {
    "\(operation) of \(path): \(String(cString: strerror(code))) (\(code))"
  }

  /// Whether the same operation may succeed later without a doubt about what came before.
  var isForWantOfSpace: Bool {
    code == ENOSPC || code == EDQUOT || code == ENOMEM
  }
}
