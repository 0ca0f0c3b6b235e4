import Glibc
import Reactor
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct `Blocking thread` {
  @Test func `work runs in order, off the loop, and the task goes on where it was`() async throws {
    try await onLoop { loop in
      let thread = try BlockingThread(name: "worker")
      let log = Log<Int>()
      for number in 0..<100 { #expect(thread.submit { log.add(number) }) }
      let offLoop = await thread.run { !loop.isCurrent }
      #expect(offLoop)
      #expect(loop.isCurrent)
      #expect(log.all == Array(0..<100))
    }
  }

  @Test func `an error comes back typed`() async throws {
    struct Failure: Error, Equatable { var number: Int }
    let thread = try BlockingThread(name: "worker")
    do throws(Failure) {
      _ = try await thread.run { () throws(Failure) -> Int in throw Failure(number: 3) }
      Issue.record("nothing was thrown")
    } catch {
      #expect(error == Failure(number: 3))
    }
  }

  @Test func `at its bound it refuses what can be refused`() async throws {
    let thread = try BlockingThread(name: "worker", capacity: 3)
    let started = Atomic<Bool>(false)
    let log = Log<Int>()
    // A blocked unit runs; three wait.
    nonisolated(unsafe) var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    let readEnd = ends[0]
    #expect(
      thread.submit {
        started.store(true, ordering: .releasing)
        var byte: UInt8 = 0
        _ = read(readEnd, &byte, 1)
      })
    while !started.load(ordering: .acquiring) { await Task.yield() }
    for number in 0..<3 { #expect(thread.submit { log.add(number) }) }
    #expect(thread.waitingCount == 3)
    #expect(!thread.submit { log.add(99) })
    let refused = await thread.runIfRoom { () -> Int in 98 }
    #expect(refused == nil)
    async let last: Void = thread.run { log.add(3) }
    close(ends[1])
    await last
    close(ends[0])
    #expect(log.all == [0, 1, 2, 3])
    let accepted = await thread.runIfRoom { () -> Int in 97 }
    #expect(accepted == 97)
  }

  @Test func `dropping it finishes the work that was handed in`() async throws {
    try await onLoop { loop in
      let log = Log<Int>()
      var thread: BlockingThread? = try BlockingThread(name: "worker")
      for number in 0..<50 { _ = thread?.submit { log.add(number) } }
      thread = nil
      #expect(await eventually(loop) { log.count == 50 })
    }
  }
}
