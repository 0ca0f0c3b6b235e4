import Glibc

/// A text file of the repository.
struct TextFile {
  /// Relative to the root of the package.
  var path: String
  var text: String

  /// Its lines with their numbers, from 1.
  var lines: [(number: Int, text: Substring)] {
    text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated().map {
      ($0.offset + 1, Substring($0.element))
    }
  }

  var name: Substring { path.split(separator: "/").last ?? "" }
  var isSwift: Bool { path.hasSuffix(".swift") }
  var isMarkdown: Bool { path.hasSuffix(".md") }

  /// Whether `word` stands anywhere; cheap enough to ask before looking at lines.
  func holds(_ word: String) -> Bool { strstr(text, word) != nil }
}

/// Something that is wrong at a place.
struct Finding: Equatable, CustomStringConvertible {
  var path: String
  var line = 0
  var why: String

  var description: String { line > 0 ? "\(path):\(line): \(why)" : "\(path): \(why)" }
}

/// The repository on disk.
struct Tree {
  /// The directory of `Package.swift`, above this file.
  static let root = String(#filePath.split(separator: "/").dropLast(3).joined(separator: "/"))
    .withLeadingSlash

  /// What is made and not written, or is input for fuzzers.
  static let skipped: Set<String> = [
    ".build", ".git", ".venv", ".venv-old", ".findings", "corpus", "__pycache__",
  ]

  /// Read once: every check looks at the same files.
  static let files: [TextFile] = {
    var files: [TextFile] = []
    collect("", into: &files)
    return files.sorted { $0.path < $1.path }
  }()

  static func file(_ path: String) -> TextFile? { files.first { $0.path == path } }

  static func files(under folder: String) -> [TextFile] {
    files.filter { $0.path.hasPrefix(folder + "/") }
  }

  static func exists(_ path: String) -> Bool { access("\(root)/\(path)", F_OK) == 0 }

  private static func collect(_ folder: String, into files: inout [TextFile]) {
    for name in names(in: folder.isEmpty ? root : "\(root)/\(folder)") {
      guard !skipped.contains(name), !name.hasPrefix(".build") else { continue }
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      var status = stat()
      guard lstat("\(root)/\(path)", &status) == 0 else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: collect(path, into: &files)
      case S_IFREG:
        if let text = read("\(root)/\(path)") { files.append(.init(path: path, text: text)) }
      default: continue
      }
    }
  }

  private static func names(in directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// The text of a file; nil when it is not text.
  static func read(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { break }
      bytes += chunk[..<count]
    }
    return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
  }
}

extension String {
  fileprivate var withLeadingSlash: String { "/" + self }
}
