import JSON
import Reactor

/// The machine of the stdio face with something behind it that answers everything at once: for
/// fuzzers.
@_spi(Checking) public struct StdioRehearsal {
  private var machine = StdioMachine(limits: ClientFaceLimits())
  private var results: [[UInt8]]
  private var next = 0
  private var written: [[UInt8]] = []

  /// Gives these results, JSON objects, in turn.
  public init(results: [[UInt8]]) { self.results = results }

  /// What is written in answer to a line.
  public mutating func receive(_ line: [UInt8]) -> [[UInt8]] {
    perform(machine.receive(.line(line)))
    return takeWritten()
  }

  /// What is written when the time of every question is over.
  public mutating func expire() -> [[UInt8]] {
    perform(machine.expire(now: .distantFuture))
    return takeWritten()
  }

  /// What is written when the client sends nothing more.
  public mutating func end() -> [[UInt8]] {
    perform(machine.end())
    return takeWritten()
  }

  /// Nothing is being served, asked, collected or listened to.
  public var isIdle: Bool {
    machine.callCount == 0 && machine.asking.isEmpty && machine.batches.isEmpty
      && machine.listenings.isEmpty
  }

  private mutating func takeWritten() -> [[UInt8]] {
    defer { written = [] }
    return written
  }

  private mutating func perform(_ actions: [StdioMachine.Action]) {
    for action in actions {
      switch action {
      case .write(let message): written.append(message.joined)
      case .introduce(let introduction):
        var capabilities = ServerCapabilities()
        capabilities.lists = [.tools]
        capabilities.announces = [.tools]
        let server = ServerDescription(
          name: Product.name, version: Product.version, instructions: nil,
          capabilities: capabilities)
        perform(machine.introduce(introduction, as: server))
      case .serve(let number, _):
        let zero = MonotonicTime(nanoseconds: 0)
        perform(machine.answer(number, .built(nextResult()), now: zero))
      case .listen(let number, let filter, _):
        perform(machine.listened(number, .success(filter)))
        for kind in filter.lists {
          perform(machine.told(number, .listChanged(kind), isBlocked: number % 2 == 0))
        }
        perform(machine.drained())
      case .cancel, .unlisten, .rootsChanged, .refused: break
      }
    }
  }

  private mutating func nextResult() -> [UInt8] {
    guard !results.isEmpty else { return Array("{}".utf8) }
    defer { next += 1 }
    return results[next % results.count]
  }
}
