import CLinux
import Glibc
import Reactor

/// A process and its three pipes: a message is a line. Confined to its loop.
final class ProcessChannel: DuplexChannel, @unchecked Sendable {
  /// At most this much is read before other descriptors of the loop get their turn.
  static let bytesPerTurnMax = 256 << 10
  /// What is kept of standard error, to explain an end.
  static let lastWordsBytesMax = 1024
  static let diagnosticLineBytesMax = 8192
  /// How long the end of the process may come after the end of its output.
  static let exitGrace: Duration = .milliseconds(100)

  let startedAt: MonotonicTime
  private let process: ChildProcess
  private let loop: EventLoop
  private let lineBytesMax: Int
  private var lines: LineFramer
  private var diagnostics = LineFramer(maxLineBytes: ProcessChannel.diagnosticLineBytesMax)
  private var lastDiagnostic = ""
  private var events: DuplexEvents?
  private var output: Registration?
  private var errors: Registration?
  private var input: Registration?
  private var unsent = OutgoingBytes()
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)

  var pid: Int32? { process.pid }
  var unsentBytes: Int { unsent.count }

  /// Starts the process.
  init(
    _ command: ChildProcess.Configuration, on loop: EventLoop, lineBytesMax: Int,
    _ events: DuplexEvents
  ) throws(ReactorError) {
    process = try ChildProcess.spawn(command, on: loop)
    self.loop = loop
    self.lineBytesMax = lineBytesMax
    self.lines = LineFramer(maxLineBytes: lineBytesMax)
    self.events = events
    self.startedAt = loop.now
    output = try loop.register(process.standardOutput, for: .read) { [weak self] _ in
      self?.readOutput()
    }
    errors = try loop.register(process.standardError, for: .read) { [weak self] _ in
      self?.readErrors()
    }
    process.onExit = { [weak self] status in
      guard let self else { return }
      // What it wrote before it ended still counts.
      self.readOutput()
      self.readErrors()
      self.ended("the process ended: \(status)")
    }
  }

  func open() { events?.opened() }

  func send(_ message: [UInt8], of call: Int64?) {
    precondition(!message.contains(UInt8(ascii: "\n")), "a message is one line")
    unsent.append(message)
    unsent.append(text: "\n")
    if input == nil { writeInput() }
  }

  /// Stops all reading and writing; no callback comes after it.
  func close() {
    events = nil
    output?.cancel()
    errors?.cancel()
    input?.cancel()
  }

  func end(grace: Duration) async {
    _ = await process.shutdown(grace: grace, then: grace)
  }

  /// The reason with the last line of standard error, which usually names the cause.
  func lastWords(after reason: String) -> String {
    lastDiagnostic.isEmpty
      ? reason : "\(reason); its last words: \(lastDiagnostic.prefix(Self.lastWordsBytesMax))"
  }

  private func ended(_ reason: String) {
    guard let events else { return }
    self.events = nil
    events.ended(reason)
  }

  private func readOutput() {
    var budget = Self.bytesPerTurnMax
    while budget > 0, events != nil {
      let count = buffer.withUnsafeMutableBytes {
        read(process.standardOutput, $0.baseAddress, $0.count)
      }
      if count > 0 {
        budget -= count
        lines.push(Array(buffer[..<count])) { event in
          switch event {
          case .line(let line): events?.received(line)
          case .overlong: ended("it wrote a line of more than \(lineBytesMax) bytes")
          }
        }
      } else if count == 0 {
        output?.cancel()
        // Most often the process is about to end, and how it ended says more.
        _ = loop.schedule(after: Self.exitGrace) { [weak self] in
          self?.ended("it closed its standard output")
        }
        return
      } else if errno != EINTR {
        if errno != EAGAIN {
          ended("reading its output failed: \(String(cString: strerror(errno)))")
        }
        return
      }
    }
  }

  private func readErrors() {
    let count = buffer.withUnsafeMutableBytes {
      read(process.standardError, $0.baseAddress, $0.count)
    }
    if count == 0 { errors?.cancel() }
    guard count > 0 else { return }
    diagnostics.push(Array(buffer[..<count])) { event in
      guard case .line(let line) = event else { return }
      let text = String(decoding: line, as: UTF8.self)
      lastDiagnostic = text
      events?.diagnosed(text)
    }
  }

  private func writeInput() {
    while !unsent.isEmpty {
      let count = unsent.withFront { first, _, _ in
        write(process.standardInput, first.baseAddress, first.count)
      }
      if count >= 0 {
        unsent.drop(count)
      } else if errno == EAGAIN {
        waitForRoom()
        return
      } else if errno != EINTR {
        // The end of the process or of its output tells the rest.
        unsent = OutgoingBytes()
      }
    }
    input?.cancel()
    input = nil
  }

  private func waitForRoom() {
    guard input == nil else { return }
    do {
      input = try loop.register(process.standardInput, for: .write) { [weak self] _ in
        self?.writeInput()
      }
    } catch {
      ended("its input cannot be watched: \(error.description)")
    }
  }
}
