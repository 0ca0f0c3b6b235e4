import Glibc
import JSON

/// Files that tests read: lines of JSON.
enum DataFile {
  private static let here = directory(2)
  private static let beside =
    getenv("SALLYPORT_TEST_DATA").map { String(cString: $0) + "/" } ?? directory(5)
    + "/shared/data/"

  /// A file of `Data`.
  static func own(_ name: String) throws -> [JSONNode] { try lines("\(here)/Data/\(name)") }

  /// The tools that the search is tested with: honest ones.
  static func honestTools() throws -> [JSONNode] {
    try lines("\(directory(3))/SearchTests/Data/tools.jsonl").map(definition(of:))
  }

  /// A file of the public data beside the repository, or in `SALLYPORT_TEST_DATA`; nil where it is
  /// absent.
  static func ofPublicData(_ name: String) throws -> [JSONNode]? {
    access(beside + name, R_OK) == 0 ? try lines(beside + name) : nil
  }

  /// A definition as `tools/list` has it, of a line that says `schema`.
  static func definition(of line: JSONNode) throws -> JSONNode {
    var writer = JSONWriter()
    writer.beginObject()
    for (name, value) in line.members where name != "id" && name != "server_description" {
      writer.name(name == "schema" ? "inputSchema" : name)
      writer.node(value)
    }
    writer.endObject()
    return try JSONDocument(parsing: writer.bytes).root
  }

  /// `server/name`.
  static func id(of tool: JSONNode) -> String {
    "\(tool[member: "server"]?.string ?? "")/\(tool[member: "name"]?.string ?? "")"
  }

  private static func directory(_ up: Int) -> String {
    "/" + #filePath.split(separator: "/").dropLast(up).joined(separator: "/")
  }

  static func lines(_ path: String) throws -> [JSONNode] {
    try read(path).split(separator: UInt8(ascii: "\n")).map {
      try JSONDocument(parsing: Array($0)).root
    }
  }

  private static func read(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "r") else { throw Missing(path: path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }

  struct Missing: Error { var path: String }
}

/// A JSON value.
func json(_ text: String) throws -> JSONNode { try JSONDocument(parsing: Array(text.utf8)).root }
