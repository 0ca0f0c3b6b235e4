import Glibc
import Reactor
import Testing

@Suite(.timeLimit(.minutes(1))) struct `Event loop` {
  @Test func `a spawned task runs on the loop and stays there across awaits`() async throws {
    let group = try EventLoopGroup(count: 2)
    defer { group.shutdown() }
    let loop = group.loops[0]
    let results = Log<Bool>()
    await loop.spawn {
      results.add(loop.isCurrent)
      await Task.yield()
      results.add(loop.isCurrent)
      try? await loop.sleep(for: .milliseconds(2))
      results.add(loop.isCurrent)
      let other = await group.loops[1].perform { EventLoop.current === group.loops[1] }
      results.add(loop.isCurrent && other)
      async let child = loop.isCurrent
      results.add(await child)
    }.value
    #expect(results.all == [true, true, true, true, true])
  }

  @Test func `an actor on the loop runs on its thread and can assume its isolation`() async throws {
    actor Counter {
      let loop: EventLoop
      var count = 0
      init(loop: EventLoop) { self.loop = loop }
      nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
      func increment() -> Bool {
        count += 1
        return loop.isCurrent
      }
    }
    try await onLoop { loop in
      let counter = Counter(loop: loop)
      #expect(await counter.increment())
      #expect(await Task.detached { await counter.increment() }.value)
      let count = await loop.perform { counter.assumeIsolated { $0.count } }
      #expect(count == 2)
    }
  }

  @Test func `work runs in the order it was queued, jobs and closures alike`() async throws {
    try await onLoop { loop in
      let log = Log<Int>()
      loop.execute { log.add(1) }
      let task = loop.spawn { log.add(2) }
      loop.execute { log.add(3) }
      loop.executeConfined { log.add(4) }
      await task.value
      await loop.perform {}
      #expect(log.all == [1, 2, 3, 4])
    }
  }

  @Test func `confined work may hold what belongs to the loop`() async throws {
    try await onLoop { loop in
      final class State { var value = 0 }
      let state = State()
      loop.executeConfined { state.value += 1 }
      await loop.spawnConfined { state.value += 1 }.value
      #expect(state.value == 2)
    }
  }

  @Test func `no wake-up is lost under load from several threads`() async throws {
    let group = try EventLoopGroup(count: 1)
    defer { group.shutdown() }
    let loop = group.loops[0]
    let threads = 4
    let rounds = 3000
    let logs = (0..<threads).map { _ in Log<Int>() }
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for log in logs {
        let other = try BlockingThread(name: "hammer")
        tasks.addTask {
          for round in 0..<rounds {
            // A burst nobody waits for, then a round trip that hangs if its wake-up is lost.
            await other.run {
              for part in 0..<3 { loop.execute { log.add(round * 3 + part) } }
            }
            await loop.perform {}
          }
        }
      }
      try await tasks.waitForAll()
    }
    let expected = Array(0..<rounds * 3)
    #expect(logs.allSatisfy { $0.all == expected })
  }

  @Test func `work that queues itself for ever starves neither timers nor descriptors`()
    async throws
  {
    try await onLoop { loop in
      final class State {
        var done = false
        var turns = 0
      }
      let state = State()
      let pipe = TestPipe()
      func again() {
        state.turns += 1
        if !state.done { loop.executeConfined { again() } }
      }
      loop.executeConfined { again() }
      try await loop.sleep(for: .milliseconds(5))
      pipe.put("x")
      try await ready(pipe.readEnd, for: .read, on: loop)
      state.done = true
      #expect(state.turns > EventLoop.Limits.jobsPerTick)
    }
  }

  @Test func `a tick runs at most the stated number of jobs before its end`() async throws {
    let limit = EventLoop.Limits.jobsPerTick
    let counts = try await onLoop { loop in
      final class State {
        var ran = 0
        var atEnd: [Int] = []
      }
      let state = State()
      for _ in 0..<limit * 2 { loop.executeConfined { state.ran += 1 } }
      loop.atEndOfTick {
        state.ran = 0
        loop.atEndOfTick { state.atEnd.append(state.ran) }
      }
      while state.atEnd.isEmpty { await Task.yield() }
      return state.atEnd
    }
    #expect(counts == [limit])
  }

  @Test func `end-of-tick callbacks follow the jobs of the tick, what they queue still runs`()
    async throws
  {
    try await onLoop { loop in
      let log = Log<String>()
      await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
        loop.executeConfined {
          loop.atEndOfTick {
            log.add("end 1")
            loop.atEndOfTick {
              log.add("end of the next")
              continuation.resume()
            }
            loop.execute { log.add("after") }
          }
          loop.atEndOfTick { log.add("end 2") }
          loop.execute { log.add("second") }
          log.add("first")
        }
      }
      #expect(log.all == ["first", "second", "end 1", "end 2", "after", "end of the next"])
    }
  }

  @Test func `stop ends the tick first, and what is queued then runs when the loop runs again`()
    throws
  {
    let loop = try EventLoop(name: "stopped")
    let log = Log<Int>()
    loop.execute {
      log.add(1)
      loop.stop()
      loop.execute { log.add(2) }
      loop.atEndOfTick { loop.execute { log.add(3) } }
    }
    #expect(EventLoop.current == nil)
    loop.run()
    #expect(log.all == [1, 2])
    #expect(EventLoop.current == nil && !loop.isCurrent)
    loop.execute { loop.stop() }
    loop.run()
    #expect(log.all == [1, 2, 3])
  }

  @Test func `the time of a tick does not change within it`() async throws {
    try await onLoop { loop in
      let before = loop.now
      while MonotonicTime.read() <= before + .microseconds(10) {}
      #expect(loop.now == before)
      try await loop.sleep(for: .zero)
      #expect(loop.now > before)
    }
  }

  @Test func `calling what is confined from another thread traps`() async {
    await #expect(processExitsWith: .failure) {
      let loop = try EventLoop(name: "idle")
      loop.atEndOfTick {}
    }
  }
}
