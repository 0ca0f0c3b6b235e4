import Glibc
import JSON
import Testing

/// What a result of many megabytes takes.
@Suite(.ownThreads)
struct LargeResultTests {
  private static let bytes = 15_000_000

  /// How a result comes: by the tool that gives it.
  enum Way: String, CaseIterable {
    case length = "http__large"
    case chunks = "http__large_in_chunks"
    case events = "http__large_in_events"
    case line = "process__big"
  }

  private static func peak(of process: Process, _ work: () throws -> Void) throws -> Int {
    let before = try process.memory("VmRSS")
    let file = open("/proc/\(process.pid)/clear_refs", O_WRONLY)
    defer { close(file) }
    let written = write(file, "5", 1)
    try #require(written == 1, "the peak is not forgotten")
    try work()
    return try process.memory("VmHWM") - before
  }

  @Test(
    "A large result is held once, however it comes, as a body and as an event, in both eras",
    arguments: Way.allCases, [false, true])
  func heldOnce(way: Way, inSession: Bool) throws {
    let scratch = Scratch()
    let server = try HTTPServerFixture.hostile("stateless", in: scratch)
    let gateway = try Gateway(
      upstreams: ["http": Upstreams.http(server), "process": Upstreams.scripted()],
      scratch: scratch)
    let client = inSession ? try gateway.client.opened() : gateway.client
    func request(_ bytes: Int, id: String) -> HTTPClient.Request {
      let arguments = #"{"bytes":\#(bytes)}"#
      let wish = #""progressToken":1"#
      return inSession
        ? client.sessionCallRequest(way.rawValue, arguments, id: id, meta: wish)
        : client.callRequest(way.rawValue, arguments, id: id, meta: wish)
    }
    // What a first call leaves in memory belongs to no result.
    #expect(try client.exchange(request(1000, id: "1")).text?.utf8.count == 1000)

    var answer: HTTPClient.Answer?
    let peak = try Self.peak(of: gateway.process) {
      let connection = try client.begin(request(Self.bytes, id: "2"))
      var head = try connection.head()
      while let part = try connection.bodyPart(of: &head) { head.body += part }
      answer = try HTTPClient.Answer(head)
    }
    #expect(answer?.text?.utf8.count == Self.bytes)
    let isStream = answer?.response.headers["content-type"] == "text/event-stream"
    #expect(isStream == (way == .events))
    #expect(peak > Self.bytes / 2, "\(peak) bytes: nothing was measured")
    #expect(peak < Self.bytes * 5 / 4, "\(peak) bytes for a result of \(Self.bytes)")
  }
}
