/// The file operations the writer and recovery need, on one directory: the system's in production,
/// a simulation that tears, loses and refuses writes in tests. Names are relative to the directory.
protocol LedgerFiles: Sendable {
  /// For messages.
  func path(_ name: String) -> String
  /// Names of the files in the directory, in no order.
  func list() throws(FileFailure) -> [String]
  /// The whole content.
  func read(_ name: String) throws(FileFailure) -> [UInt8]
  /// Creates a file that must not exist, for reading and writing by its owner only.
  func create(_ name: String) throws(FileFailure) -> FileHandle
  /// Opens an existing file for reading.
  func openForReading(_ name: String) throws(FileFailure) -> FileHandle
  /// At most `count` bytes from an offset; fewer, or none, where the file ends.
  func read(_ file: FileHandle, at offset: Int, count: Int) throws(FileFailure) -> [UInt8]
  func size(_ file: FileHandle) throws(FileFailure) -> Int
  /// Makes a range of zeros, and gives its space back where the file system can.
  func clear(_ file: FileHandle, _ range: Range<Int>) throws(FileFailure)
  /// Opens an existing file for writing.
  func open(_ name: String) throws(FileFailure) -> FileHandle
  /// Writes at an offset; may write less than asked, never nothing without an error.
  func write(
    _ bytes: UnsafeRawBufferPointer, to file: FileHandle, at offset: Int
  ) throws(FileFailure) -> Int
  func truncate(_ file: FileHandle, to count: Int) throws(FileFailure)
  /// Data and what is needed to read it back are on disk.
  func synchronize(_ file: FileHandle) throws(FileFailure)
  func close(_ file: FileHandle)
  /// Creates a directory unless it exists.
  func makeDirectory(_ name: String) throws(FileFailure)
  func exists(_ name: String) -> Bool
  func rename(_ name: String, to other: String) throws(FileFailure)
  func remove(_ name: String) throws(FileFailure)
  /// Creations, renames and removals in a directory are on disk; "" is the ledger's own.
  func synchronizeDirectory(_ name: String) throws(FileFailure)
}

/// An open file and its name.
struct FileHandle: Sendable, Equatable {
  var descriptor: Int32
  var name: String
}

extension LedgerFiles {
  /// Writes all of `bytes`.
  func writeAll(
    _ bytes: UnsafeRawBufferPointer, to file: FileHandle, at offset: Int
  ) throws(FileFailure) {
    var done = 0
    while done < bytes.count {
      done += try write(
        UnsafeRawBufferPointer(rebasing: bytes[done...]), to: file, at: offset + done)
    }
  }

  /// Puts `bytes` in place of a file: after a loss of power there is the old one or the new one.
  func replace(_ name: String, with bytes: [UInt8]) throws(FileFailure) {
    let next = name + ".new"
    if exists(next) { try remove(next) }
    let file = try create(next)
    defer { close(file) }
    try writeAll(bytes, to: file, at: 0)
    try synchronize(file)
    try rename(next, to: name)
    try synchronizeDirectory("")
  }

  /// As above, for an array.
  func writeAll(_ bytes: [UInt8], to file: FileHandle, at offset: Int) throws(FileFailure) {
    let failure: FileFailure? = bytes.withUnsafeBytes { bytes in
      do throws(FileFailure) {
        try writeAll(bytes, to: file, at: offset)
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw failure }
  }
}
