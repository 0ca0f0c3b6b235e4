import Configuration
import Glibc
import Testing

@testable import Catalog

@Suite("The script of an interpreter is a part of a server's identity")
struct InterpretedScriptTests {
  private let directory: String

  init() throws {
    var template = Array("/tmp/sallyport-script-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    directory = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    try write("server.py", "one")
    try write("data.db", "rows")
  }

  private func write(_ name: String, _ text: String) throws {
    let file = try #require(fopen("\(directory)/\(name)", "w"))
    fputs(text, file)
    fclose(file)
  }

  private func remove() {
    for name in ["server.py", "data.db"] { unlink("\(directory)/\(name)") }
    rmdir(directory)
  }

  private func identity(_ command: String, _ arguments: [String]) throws -> String {
    let list = arguments.map { "\"\($0)\"" }.joined(separator: ", ")
    let configuration = try Configuration.read(
      ConfigurationInput(
        path: "test.yaml",
        text: Array(
          "mcpServers: {x: {command: \(command), args: [\(list)], cwd: \(directory)}}".utf8),
        userName: "someone")
    ).configuration
    let reader = IdentityReader(environment: ["PATH": "/usr/bin:/bin"])
    let identity = reader.identity(of: try #require(configuration.upstreams.first))
    return String(decoding: identity.definition, as: UTF8.self)
  }

  @Test(
    arguments: [
      ("python3", ["server.py"]), ("python3.11", ["-W", "ignore", "server.py", "data.db"]),
      ("node", ["--enable-source-maps", "server.py"]), ("/bin/sh", ["server.py"]),
      ("uv", ["run", "server.py"]),
    ])
  func `the first argument that is a file counts`(command: String, arguments: [String]) throws {
    let before = try identity(command, arguments)
    #expect(before.contains(#""script":{"path":"server.py","sha256":""#))
    try write("server.py", "another")
    #expect(try identity(command, arguments) != before)
    remove()
  }

  @Test(
    arguments: [
      ("python3", ["-m", "server", "data.db"]), ("node", ["-e", "1", "data.db"]),
      ("npx", ["-y", "@a/server", "data.db"]), ("/bin/cat", ["server.py"]), ("python3", []),
      ("python3", ["missing.py"]), ("python3", ["/tmp"]),
    ])
  func `data, modules and arguments of other programs do not`(
    command: String, arguments: [String]
  ) throws {
    let before = try identity(command, arguments)
    #expect(!before.contains(#""script":"#))
    try write("data.db", "more rows")
    try write("server.py", "another")
    #expect(try identity(command, arguments) == before)
    remove()
  }
}
