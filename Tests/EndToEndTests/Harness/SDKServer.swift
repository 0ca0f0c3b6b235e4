import Glibc

/// The Python SDK's server over streamable HTTP, on a port that the system chose.
final class SDKServer: Sendable {
  let process: Process
  let url: String
  /// Where it writes what happened to it.
  let journal: String

  init(in scratch: Scratch) throws {
    journal = scratch.file("sdk-server.journal")
    process = try Process(
      try Programs.python(), [Programs.fixture("sdk_server.py"), journal],
      environment: Gateway.environment, output: .pipe,
      errors: .file(scratch.file("sdk-server.log")))
    var line: [UInt8] = []
    let deadline = Deadline.generous
    while !line.contains(0x0A) {
      let chunk = try readSome(process.output, until: deadline) ?? []
      guard !chunk.isEmpty else {
        throw TimedOut(
          description: "the SDK's server ended: \(scratch.lines(of: "sdk-server.log"))")
      }
      line += chunk
    }
    url = String(decoding: line.prefix { $0 != 0x0A }, as: UTF8.self)
  }
}
