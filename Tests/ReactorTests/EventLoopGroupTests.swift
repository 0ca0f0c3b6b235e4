import Glibc
import Reactor
import Testing

@Suite(.timeLimit(.minutes(1))) struct `Event loop group` {
  @Test func `each loop has a thread of its own, which carries its name`() async throws {
    let group = try EventLoopGroup(count: 3)
    defer { group.shutdown() }
    var threads = Set<UInt>()
    for (index, loop) in group.loops.enumerated() {
      let (thread, name) = await loop.perform { () -> (UInt, String) in
        let file = fopen("/proc/thread-self/comm", "r")
        defer { _ = file.map(fclose) }
        var text = [UInt8](repeating: 0, count: 32)
        let count = file.map { fread(&text, 1, text.count, $0) } ?? 0
        return (UInt(pthread_self()), String(decoding: text.prefix(count), as: UTF8.self))
      }
      threads.insert(thread)
      #expect(name == "loop \(index)\n")
      #expect(loop.name == "loop \(index)")
    }
    #expect(threads.count == 3)
    #expect(EventLoop.current == nil)
  }

  @Test func `shutting down ends loops that are never idle, and does nothing the second time`()
    async throws
  {
    let group = try EventLoopGroup(count: 2)
    for loop in group.loops {
      @Sendable func again() { loop.execute { again() } }
      again()
      await loop.perform {}
    }
    group.shutdown()
    group.shutdown()
    #expect(group.loops.allSatisfy { !$0.isCurrent })
  }

  @Test func `an error thrown on another loop comes back typed`() async throws {
    struct Failure: Error, Equatable { var number: Int }
    let group = try EventLoopGroup(count: 1)
    defer { group.shutdown() }
    do throws(Failure) {
      _ = try await group.loops[0].perform { () throws(Failure) -> Int in
        throw Failure(number: 5)
      }
      Issue.record("nothing was thrown")
    } catch {
      #expect(error == Failure(number: 5))
    }
  }
}
