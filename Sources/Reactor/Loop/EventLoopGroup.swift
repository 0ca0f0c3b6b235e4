/// Event loops, each running on a thread of its own.
public final class EventLoopGroup: Sendable {
  /// The loops, in the order of their numbers; named «loop 0», «loop 1», …
  public let loops: [EventLoop]

  private let threads: Lock<[Thread]>

  /// Creates `count` loops and starts their threads.
  /// - Throws: `.system` when the process is out of descriptors or threads.
  public init(count: Int) throws(ReactorError) {
    precondition(count > 0, "a group has at least one loop")
    var loops: [EventLoop] = []
    var threads: [Thread] = []
    for index in 0..<count { loops.append(try EventLoop(name: "loop \(index)")) }
    do throws(ReactorError) {
      for loop in loops { threads.append(try Thread(name: loop.name) { loop.run() }) }
    } catch {
      for loop in loops.prefix(threads.count) { loop.stop() }
      for thread in threads { thread.join() }
      throw error
    }
    self.loops = loops
    self.threads = Lock(threads)
  }

  /// Stops every loop after its current tick and waits for the threads to end. Tasks that are
  /// suspended on the loops stay so. Any thread but the loops' own; again without effect.
  public func shutdown() {
    precondition(
      !loops.contains { $0.isCurrent }, "a group cannot be shut down from one of its loops")
    let running = threads.withLock { threads in
      let running = threads
      threads = []
      return running
    }
    guard !running.isEmpty else { return }
    for loop in loops { loop.stop() }
    for thread in running { thread.join() }
  }
}
