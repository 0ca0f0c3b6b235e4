import CLinux
import Glibc
import TestSupport

@testable import Ledger

extension TemporaryDirectory {
  var ledger: String { file("ledger") }
}

/// The bytes of a file, to look at and to damage.
enum TestFile {
  static func read(_ path: String) throws -> [UInt8] {
    try SystemFiles(reading: "").read(absolute: path)
  }

  static func write(_ bytes: [UInt8], to path: String) {
    let descriptor = linux_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { bytes in
        Glibc.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
      }
      precondition(count > 0, "cannot write \(path)")
      done += count
    }
    close(descriptor)
  }

  static func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }
}

extension SystemFiles {
  fileprivate func read(absolute path: String) throws(FileFailure) -> [UInt8] {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return try SystemFiles(reading: parts.dropLast().joined(separator: "/")).read(
      String(parts.last ?? ""))
  }
}

extension LedgerConfiguration {
  /// Without a tree: the records are those that the test appends.
  static var plain: LedgerConfiguration { LedgerConfiguration(tree: nil) }
}

extension LedgerRecord {
  /// A small record that can be told by its number.
  static func numbered(_ number: Int, tool: String = "t", server: String = "s") -> LedgerRecord {
    LedgerRecord(
      .outcome(OutcomeRecord(call: "call-\(number)", status: .ok, server: server, tool: tool)),
      time: Int64(number))
  }
}

extension LedgerReader {
  /// All records, as their calls' identifiers.
  static func calls(in directory: String) throws(LedgerError) -> [String] {
    var reader = try LedgerReader(directory: directory)
    var calls: [String] = []
    while let entry = try reader.next() {
      calls.append(entry.text("call") ?? "-")
    }
    return calls
  }
}
