/// A server over streamable HTTP that a fixture runs, on a port that the system chose.
final class HTTPServerFixture: Sendable {
  let process: Process
  let url: String

  /// The Python SDK's server. Its journal, `sdk-server.journal`, tells what befell it.
  static func sdk(in scratch: Scratch) throws -> HTTPServerFixture {
    try HTTPServerFixture(
      try Programs.python(),
      [Programs.fixture("sdk_server.py"), scratch.file("sdk-server.journal")], scratch)
  }

  /// A server that a Python program is, which writes its URL.
  static func python(_ words: [String], in scratch: Scratch) throws -> HTTPServerFixture {
    try HTTPServerFixture(try Programs.python(), words, scratch)
  }

  /// As above, with the SDK of the session era.
  static func old(_ words: [String], in scratch: Scratch) throws -> HTTPServerFixture {
    guard let python = Programs.oldPython else { throw TimedOut(description: "no .venv-old") }
    return try HTTPServerFixture(python, words, scratch)
  }

  /// A server that answers as no server should.
  static func hostile(
    _ era: String, tls certificate: Certificate? = nil, in scratch: Scratch
  ) throws -> HTTPServerFixture {
    var words = ["-I", "-S", Programs.fixture("hostile_http_server.py"), "--era", era]
    if let certificate { words += ["--tls", certificate.path, certificate.key] }
    return try HTTPServerFixture("/usr/bin/python3", words, scratch)
  }

  /// A webhook that answers one request after the other as told, the last answer for all others;
  /// its journal is `webhook.journal`.
  static func webhook(
    _ answers: String..., tls certificate: Certificate? = nil, in scratch: Scratch
  ) throws -> HTTPServerFixture {
    var words = ["-I", "-S", Programs.fixture("webhook.py")]
    if let certificate { words += ["--tls", certificate.path, certificate.key] }
    return try HTTPServerFixture(
      "/usr/bin/python3", words + [scratch.file("webhook.journal")] + answers, scratch)
  }

  /// A registry of servers; its journal is `registry.journal`.
  static func registry(
    tls certificate: Certificate? = nil, in scratch: Scratch
  ) throws -> HTTPServerFixture {
    var words = [
      "-I", "-S", Programs.fixture("registry_server.py"), scratch.file("registry.journal"),
    ]
    if let certificate { words += ["--tls", certificate.path, certificate.key] }
    return try HTTPServerFixture("/usr/bin/python3", words, scratch)
  }

  /// A witness for the log of a gateway in `scratch`; its verifier key is in `witness.key`, its
  /// journal in `witness.journal`.
  static func witness(in scratch: Scratch) throws -> HTTPServerFixture {
    try HTTPServerFixture(
      try Programs.python(),
      [
        Programs.fixture("witness.py"), scratch.file("witness.journal"),
        scratch.file("data/ledger/log.pub"), scratch.file("witness.key"),
      ], scratch)
  }

  private init(_ executable: String, _ arguments: [String], _ scratch: Scratch) throws {
    process = try Process(
      executable, arguments, environment: Gateway.environment, output: .pipe,
      errors: .file(scratch.file("server.log")))
    var line: [UInt8] = []
    let deadline = Deadline.generous
    while !line.contains(0x0A) {
      let chunk = try readSome(process.output, until: deadline)
      guard !chunk.isEmpty else {
        throw TimedOut(description: "the server ended: \(scratch.lines(of: "server.log"))")
      }
      line += chunk
    }
    url = String(decoding: line.prefix { $0 != 0x0A }, as: UTF8.self)
  }
}
