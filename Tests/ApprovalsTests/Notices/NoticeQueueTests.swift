import Reactor
import Testing

@testable import Approvals

extension ApprovalNotice {
  static func sample(
    _ approval: String = "apr_1", _ event: Event = .requested, answers: Int = 0
  ) -> ApprovalNotice {
    ApprovalNotice(
      approval: approval, event: event, answers: answers, tool: "db__drop_table", server: "db",
      agent: "assistant", human: "alice", effect: "destructive", remedies: ["approval"],
      argumentsDigest: "9f86d081884c7d65", time: 1_700_000_000, deadline: 1_700_000_600,
      link: "https://gate.example/console/approvals/\(approval)")
  }
}

@Suite("Notices on their way")
struct NoticeQueueTests {
  private static let start = MonotonicTime(nanoseconds: 1_000_000_000_000)

  private func at(_ seconds: Double) -> MonotonicTime {
    Self.start + .milliseconds(Int(seconds * 1000))
  }

  private func play(
    _ queue: inout NoticeQueue, _ event: NoticeQueue.Event, at seconds: Double = 0
  ) -> [NoticeQueue.Action] {
    queue.handle(event, now: at(seconds), jitter: 1)
  }

  @Test func `a notice goes out at once and is done when it is taken`() {
    var queue = NoticeQueue()
    let notice = ApprovalNotice.sample()
    #expect(play(&queue, .notice(notice)) == [.send(notice)])
    #expect(queue.report.waiting == 1)
    #expect(play(&queue, .accepted(notice.id)) == [])
    #expect(queue.report.delivered == 1)
    #expect(queue.report.waiting == 0)
  }

  @Test func `what failed is tried again later and later`() {
    var queue = NoticeQueue()
    let notice = ApprovalNotice.sample()
    _ = play(&queue, .notice(notice))
    let busy = NoticeQueue.Event.failed(notice.id, .temporary("busy"))
    #expect(play(&queue, busy) == [.wake(at(1))])
    #expect(play(&queue, .woke, at: 0.5) == [.wake(at(1))])
    #expect(play(&queue, .woke, at: 1) == [.send(notice)])
    #expect(play(&queue, busy, at: 1) == [.wake(at(3))])
    #expect(play(&queue, .woke, at: 3) == [.send(notice)])
    #expect(play(&queue, .accepted(notice.id), at: 4) == [])
    #expect(queue.report.failures == 2)
    #expect(queue.report.lastFailure == nil)
  }

  @Test func `a receiver's wish when to try again counts`() {
    var queue = NoticeQueue()
    let notice = ApprovalNotice.sample()
    _ = play(&queue, .notice(notice))
    let failure = NoticeFailure.temporary("busy", retryAfter: .seconds(90))
    #expect(play(&queue, .failed(notice.id, failure)) == [.wake(at(90))])
  }

  @Test func `what will never be taken is given up at once`() {
    var queue = NoticeQueue()
    let notice = ApprovalNotice.sample()
    _ = play(&queue, .notice(notice))
    #expect(
      play(&queue, .failed(notice.id, .permanent("no such place")))
        == [.giveUp(notice, "no such place")])
    #expect(queue.report.givenUp == 1)
    #expect(queue.report.lastFailure == "no such place")
    #expect(queue.report.waiting == 0)
  }

  @Test func `tries and age are bounded`() {
    var limits = NoticeQueue.Limits()
    limits.tries = 3
    var queue = NoticeQueue(limits: limits, backOff: BackOff(first: .seconds(1)))
    let notice = ApprovalNotice.sample()
    _ = play(&queue, .notice(notice))
    let busy = NoticeQueue.Event.failed(notice.id, .temporary("busy"))
    for time in [1.0, 3.0] {
      _ = play(&queue, busy, at: time == 1 ? 0 : 1)
      #expect(play(&queue, .woke, at: time) == [.send(notice)])
    }
    #expect(play(&queue, busy, at: 3) == [.giveUp(notice, "busy; given up after 3 tries")])

    limits.tries = 1_000
    limits.age = .seconds(10)
    queue = NoticeQueue(limits: limits)
    _ = play(&queue, .notice(notice))
    #expect(
      play(&queue, busy, at: 10) == [.giveUp(notice, "busy; given up after 1 try")])
  }

  @Test func `only so many are under way, and the next follows each that ends`() {
    var limits = NoticeQueue.Limits()
    limits.underWay = 2
    var queue = NoticeQueue(limits: limits)
    let notices = (1...3).map { ApprovalNotice.sample("apr_\($0)") }
    #expect(play(&queue, .notice(notices[0])) == [.send(notices[0])])
    #expect(play(&queue, .notice(notices[1])) == [.send(notices[1])])
    #expect(play(&queue, .notice(notices[2])) == [])
    #expect(play(&queue, .accepted(notices[0].id)) == [.send(notices[2])])
  }

  @Test func `a full queue lets its oldest go and says so`() {
    var limits = NoticeQueue.Limits()
    limits.notices = 2
    limits.underWay = 1
    var queue = NoticeQueue(limits: limits)
    let notices = (1...4).map { ApprovalNotice.sample("apr_\($0)") }
    _ = play(&queue, .notice(notices[0]))
    _ = play(&queue, .notice(notices[1]))
    #expect(
      play(&queue, .notice(notices[2])) == [.giveUp(notices[1], "more than 2 notices wait")])
    #expect(queue.report.waiting == 2)
    limits.underWay = 2
    limits.notices = 2
    queue = NoticeQueue(limits: limits)
    _ = play(&queue, .notice(notices[0]))
    _ = play(&queue, .notice(notices[1]))
    #expect(
      play(&queue, .notice(notices[2])) == [.giveUp(notices[2], "2 notices are under way")])
  }

  @Test func `an end takes the place of what waits to say that people are asked`() {
    var limits = NoticeQueue.Limits()
    limits.underWay = 1
    var queue = NoticeQueue(limits: limits)
    let other = ApprovalNotice.sample("apr_0")
    let asked = ApprovalNotice.sample("apr_1")
    let denied = ApprovalNotice.sample("apr_1", .denied, answers: 1)
    _ = play(&queue, .notice(other))
    _ = play(&queue, .notice(asked))
    _ = play(&queue, .notice(denied))
    #expect(queue.report.waiting == 2)
    #expect(play(&queue, .accepted(other.id)) == [.send(denied)])
  }

  @Test func `the same event is told once at a time, each further yes is another`() {
    var queue = NoticeQueue()
    let notice = ApprovalNotice.sample()
    #expect(play(&queue, .notice(notice)) == [.send(notice)])
    #expect(play(&queue, .notice(notice)) == [])
    let first = ApprovalNotice.sample("apr_1", .answered, answers: 1)
    let second = ApprovalNotice.sample("apr_1", .answered, answers: 2)
    #expect(first.id != second.id)
    #expect(play(&queue, .notice(first)) == [.send(first)])
    #expect(play(&queue, .notice(second)) == [.send(second)])
  }

  @Test func `what is not known is nothing`() {
    var queue = NoticeQueue()
    #expect(play(&queue, .accepted("x")) == [])
    #expect(play(&queue, .failed("x", .temporary("y"))) == [])
    #expect(queue.report == NoticeQueue.Report())
  }
}
