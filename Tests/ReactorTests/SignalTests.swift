import Glibc
import Reactor
import Testing

@Suite(.timeLimit(.minutes(1))) struct `Signals on a loop` {
  @Test func `a blocked signal reaches the handler until the source is cancelled`() async throws {
    try await onLoop { loop in
      let log = Log<Int32>()
      let source = try Signals.install([SIGUSR1, SIGUSR2], on: loop) { log.add($0) }
      // To this thread only: the other threads of the test process do not block them.
      pthread_kill(pthread_self(), SIGUSR1)
      #expect(await eventually(loop) { log.all == [SIGUSR1] })
      pthread_kill(pthread_self(), SIGUSR2)
      #expect(await eventually(loop) { log.all == [SIGUSR1, SIGUSR2] })
      source.cancel()
      source.cancel()
      pthread_kill(pthread_self(), SIGUSR1)
      for _ in 0..<5 { try await loop.sleep(for: .milliseconds(1)) }
      #expect(log.count == 2)
    }
  }
}
