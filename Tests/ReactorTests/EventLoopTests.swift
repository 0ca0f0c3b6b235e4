import Reactor
import Synchronization
import Testing

@Suite struct `Event loop` {
  @Test func `a spawned task runs on the loop and stays there across awaits`() async throws {
    let group = try EventLoopGroup(count: 2)
    defer { group.shutdown() }
    let loop = group.loops[0]
    let results = Mutex<[Bool]>([])
    await loop.spawn {
      results.withLock { $0.append(loop.isCurrent) }
      await Task.yield()
      results.withLock { $0.append(loop.isCurrent) }
      try? await loop.sleep(for: .milliseconds(2))
      results.withLock { $0.append(loop.isCurrent) }
      let other = await group.loops[1].perform { EventLoop.current === group.loops[1] }
      results.withLock { $0.append(loop.isCurrent && other) }
    }.value
    #expect(results.withLock { $0 } == [true, true, true, true])
  }
}
