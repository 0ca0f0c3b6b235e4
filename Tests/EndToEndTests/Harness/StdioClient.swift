import JSON

/// A client that starts `sallyport stdio` and speaks lines with it by hand.
final class StdioClient: @unchecked Sendable {  // used by one test at a time
  let process: Process
  /// Kept as long as the process needs it.
  private let scratch: Scratch
  private var received: [UInt8] = []

  init(_ scratch: Scratch, options: [String] = []) throws {
    self.scratch = scratch
    process = try Process(
      try Programs.sallyport, ["stdio", "--config", scratch.file("sallyport.yaml")] + options,
      environment: Gateway.environment, directory: scratch.path, input: .pipe, output: .pipe,
      errors: .file(scratch.file("stdio.log")))
  }

  func send(_ line: String) throws {
    try writeAll(Array((line + "\n").utf8), to: process.input, until: .generous)
  }

  /// The next message.
  func receive(until deadline: Deadline = .generous) throws -> JSONNode {
    while true {
      if let end = received.firstIndex(of: 0x0A) {
        let line = Array(received[..<end])
        received.removeSubrange(...end)
        return try JSONDocument(parsing: line).root
      }
      let chunk = try readSome(process.output, until: deadline)
      guard !chunk.isEmpty else { throw TimedOut(description: "the gateway's output ended") }
      received += chunk
    }
  }

  /// The next message with an id.
  func answer(until deadline: Deadline = .generous) throws -> JSONNode {
    while true {
      let message = try receive(until: deadline)
      if message[member: "id"] != nil { return message }
    }
  }
}
