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
