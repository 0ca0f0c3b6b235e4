import Glibc

/// Where the programs and fixtures are that the tests run.
enum Programs {
  /// The gateway: `SALLYPORT_BINARY`, else the one that was built with these tests.
  static var sallyport: String {
    get throws {
      if let named = getenv("SALLYPORT_BINARY") { return String(cString: named) }
      var buffer = [CChar](repeating: 0, count: 4096)
      let count = max(0, readlink("/proc/self/exe", &buffer, buffer.count))
      let own = String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
      let candidates = [directory(of: own) + "/sallyport", root + "/.build/debug/sallyport"]
      for path in candidates where access(path, X_OK) == 0 { return path }
      throw TimedOut(description: "the program `sallyport` is in none of \(candidates)")
    }
  }

  /// The package's root, from this file's place in it.
  static let root: String = {
    var path = "\(#filePath)"
    for _ in 0..<4 { path = directory(of: path) }
    return path
  }()

  /// A program of the Python environment that `Scripts/python-environment.sh` makes.
  static func python(_ name: String = "python") throws -> String {
    let path = root + "/.venv/bin/" + name
    guard access(path, X_OK) == 0 else {
      throw TimedOut(description: "no \(path): run Scripts/python-environment.sh")
    }
    return path
  }

  /// The Python of the environment with an SDK of the session era; nil where it was not made.
  static let oldPython: String? = {
    let path = root + "/.venv-old/bin/python"
    return access(path, X_OK) == 0 ? path : nil
  }()

  static func fixture(_ name: String) -> String { root + "/Tests/EndToEndTests/Fixtures/" + name }

  private static func directory(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }
}

/// Configurations of upstreams, in YAML's flow style.
enum Upstreams {
  /// A server of the standard library only, which behaves as its arguments say.
  static func scripted(_ arguments: String..., more: String = "effect: read") -> String {
    let words = [Programs.fixture("scripted_server.py")] + arguments
    let list = words.map { "\"\($0)\"" }.joined(separator: ", ")
    return "command: /usr/bin/python3, args: [-I, -S, \(list)], \(more)"
  }

  /// A quarantined server of the SDK that lists what a file says.
  static func changing(
    _ file: String, _ option: String? = nil, more: String = ""
  ) throws -> String {
    let words = [Programs.fixture("changing_server.py"), file] + (option.map { [$0] } ?? [])
    let list = words.map { "\"\($0)\"" }.joined(separator: ", ")
    return "command: \(try Programs.python()), args: [\(list)], quarantine: true\(more)"
  }

  static func time() throws -> String {
    "command: \(try Programs.python("mcp-server-time")), args: [--local-timezone, UTC], effect: read"
  }

  static func git(_ repository: String) throws -> String {
    "command: \(try Programs.python("mcp-server-git")), args: [--repository, \(repository)], effect: read"
  }

  static func http(_ server: HTTPServerFixture, more: String = "effect: read") -> String {
    "url: \(server.url), \(more)"
  }
}
