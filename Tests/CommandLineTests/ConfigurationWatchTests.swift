import Reactor
import TestSupport
import Testing

@testable import sallyport

@Suite("Noticing that files changed", .timeLimit(.minutes(1)))
struct ConfigurationWatchTests {
  @Test func `what changes after a file was read and before the first look is noticed`()
    async throws
  {
    let scratch = TemporaryDirectory()
    let path = scratch.write("before", to: "sallyport.yaml")
    let group = try EventLoopGroup(count: 1)
    let files = try BlockingThread(name: "test")
    let marks = ConfigurationWatch.marks(of: [path])
    scratch.write("afterwards", to: "sallyport.yaml")
    let (changes, noticed) = AsyncStream.makeStream(of: Void.self)
    let watch = ConfigurationWatch(
      home: group.loops[0], files: files, since: marks, paths: { [path] },
      changed: { noticed.yield() })
    var told = changes.makeAsyncIterator()
    #expect(await told.next() != nil)
    await group.loops[0].perform { watch.stop() }
    group.shutdown()
  }
}
