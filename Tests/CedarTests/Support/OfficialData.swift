import Foundation

/// The Cedar project's own test data, when it is laid beside the package.
enum OfficialData {
  /// The directory of the data, or nil when it is absent.
  static let directory: URL? = {
    let root = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let data = root.appending(path: "../shared/data/cedar").standardized
    return FileManager.default.fileExists(atPath: data.path) ? data : nil
  }()

  struct Unreadable: Error { let what: String }

  /// The bytes of a file.
  static func bytes(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Unreadable(what: path)
    }
    return [UInt8](data)
  }

  /// The paths of the files in a directory, sorted by name.
  static func files(in directory: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
      .map { directory.appending(path: $0).path }
  }

  /// Unpacks archives into a new temporary directory, which the caller removes.
  static func unpack(_ archives: URL...) throws -> URL {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "cedar-corpus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    for archive in archives {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["tar", "-xzf", archive.path, "-C", directory.path]
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else { throw Unreadable(what: "tar failed") }
    }
    return directory
  }
}

extension OfficialData {
  /// Gives the text of each policy file of the generated corpus; false when the corpus is absent.
  static func forEachCorpusPolicy(_ body: (String, String) throws -> Void) throws -> Bool {
    guard let directory else { return false }
    let unpacked = try unpack(directory.appending(path: "corpus-tests.tar.gz"))
    defer { try? FileManager.default.removeItem(at: unpacked) }
    let folder = unpacked.appending(path: "corpus-tests")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    where name.hasSuffix(".cedar") {
      try body(name, String(contentsOf: folder.appending(path: name), encoding: .utf8))
    }
    return true
  }
}
