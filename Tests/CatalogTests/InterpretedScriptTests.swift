import Configuration
import Glibc
import Testing
import TestSupport

@testable import Catalog

@Suite("The script of an interpreter is a part of a server's identity")
struct InterpretedScriptTests {
  private let directory = TemporaryDirectory()

  init() {
    directory.write("one", to: "server.py")
    directory.write("rows", to: "data.db")
  }

  private func identity(_ command: String, _ arguments: [String]) throws -> String {
    let list = arguments.map { "\"\($0)\"" }.joined(separator: ", ")
    let configuration = try Configuration.read(
      ConfigurationInput(
        path: "test.yaml",
        text: Array(
          "mcpServers: {x: {command: \(command), args: [\(list)], cwd: \(directory.path)}}".utf8),
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
    directory.write("another", to: "server.py")
    #expect(try identity(command, arguments) != before)
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
    directory.write("more rows", to: "data.db")
    directory.write("another", to: "server.py")
    #expect(try identity(command, arguments) == before)
  }
}
