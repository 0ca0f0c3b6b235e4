import Glibc
import Search

/// Files that tests read.
enum DataFile {
  private static let here = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
  private static let beside =
    "/" + #filePath.split(separator: "/").dropLast(5).joined(separator: "/")
    + "/shared/data/tool-retrieval/"

  /// A file of `Data`.
  static func own(_ name: String) throws -> [UInt8] {
    guard let bytes = read("\(here)/Data/\(name)") else { throw Missing(name: name) }
    return bytes
  }

  /// A file of the public data beside the repository; nil where it is absent.
  static func ofPublicData(_ name: String) -> [UInt8]? { read(beside + name) }

  static func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }

  struct Missing: Error { var name: String }
}

/// A tool in one line.
func tool(
  _ id: String, _ description: String = "", server: String = "s", _ parameters: String...
) -> SearchableTool {
  SearchableTool(
    id: id, name: id, description: description, parameters: parameters.map { .init(name: $0) },
    server: server)
}

extension ToolIndex {
  /// The ids that a query finds, best first.
  func ids(_ query: String, limit: Int = 10) -> [String] {
    search(query, limit: limit).map(\.tool.id)
  }
}
