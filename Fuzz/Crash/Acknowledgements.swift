import FuzzSupport
import Glibc

/// What a child was promised, in files that survive it: each line is one `write(2)`.
struct Acknowledgements: Sendable {
  static let records = "acknowledged"
  static let checkpoints = "signed"
  static let checkpointBytes = 1_024

  private let recordsFile: Int32
  private let checkpointsFile: Int32

  init(in folder: Folder) {
    let flags = O_WRONLY | O_CREAT | O_APPEND
    recordsFile = open(folder.absolute(Self.records), flags, 0o600)
    checkpointsFile = open(folder.absolute(Self.checkpoints), flags, 0o600)
  }

  func add(record number: Int, at sequence: UInt64) {
    var line = (sequence, UInt64(number))
    write(recordsFile, &line, 16)
  }

  func add(checkpoint: [UInt8]) {
    let padding = [UInt8](repeating: 0, count: max(0, Self.checkpointBytes - checkpoint.count))
    write(checkpointsFile, checkpoint + padding, Self.checkpointBytes)
  }

  /// Sequences and numbers.
  static func records(in folder: Folder) -> [UInt64: Int] {
    guard folder.exists(records) else { return [:] }
    let bytes = folder.read(records)
    return bytes.withUnsafeBytes { bytes in
      var found: [UInt64: Int] = [:]
      for offset in stride(from: 0, through: bytes.count - 16, by: 16) {
        found[bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)] =
          Int(bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
      }
      return found
    }
  }

  /// The oldest first.
  static func checkpoints(in folder: Folder) -> [[UInt8]] {
    guard folder.exists(checkpoints) else { return [] }
    let bytes = folder.read(checkpoints)
    return stride(from: 0, through: bytes.count - checkpointBytes, by: checkpointBytes).map {
      Array(bytes[$0..<$0 + checkpointBytes].prefix { $0 != 0 })
    }
  }
}
