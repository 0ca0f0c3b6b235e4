import Reactor
import Testing

@testable import MCP

@Suite("JSON until something must stream")
struct ClientFaceAnswerModeTests {
  private let start = MonotonicTime(nanoseconds: 1_000)
  private var mode: AnswerMode { AnswerMode(startedAt: start, limits: ClientFaceLimits()) }

  @Test("a quick answer is one JSON body, once")
  func quick() {
    var mode = mode
    #expect(mode.tick(backlogBytes: 0, now: start + .seconds(14)) == [])
    #expect(mode.answer() == .answerWhole)
    #expect(mode.answer() == nil)
    #expect(mode.notification(backlogBytes: 0, now: start) == [])
    #expect(mode.tick(backlogBytes: 0, now: start + .seconds(60)) == [])
  }

  @Test("a notification opens a stream, which ends with the answer")
  func notified() {
    var mode = mode
    #expect(mode.notification(backlogBytes: 0, now: start) == [.openStream, .sendNotification])
    #expect(mode.notification(backlogBytes: 0, now: start) == [.sendNotification])
    #expect(mode.answer() == .answerInStream)
    #expect(mode.notification(backlogBytes: 0, now: start) == [])
  }

  @Test("a slow client loses notifications, never the answer")
  func backlog() {
    var mode = mode
    let bound = ClientFaceLimits().maxNotificationBacklogBytes
    _ = mode.notification(backlogBytes: 0, now: start)
    #expect(mode.notification(backlogBytes: bound, now: start) == [.sendNotification])
    #expect(mode.notification(backlogBytes: bound + 1, now: start) == [])
    #expect(mode.answer() == .answerInStream)
  }

  @Test("fifteen quiet seconds open a stream with a comment, and each fifteen more add one")
  func keepAlive() {
    var mode = mode
    let now = start + .seconds(15)
    #expect(mode.tick(backlogBytes: 0, now: now) == [.openStream, .sendComment])
    #expect(mode.tick(backlogBytes: 0, now: now + .seconds(14)) == [])
    #expect(mode.notification(backlogBytes: 0, now: now + .seconds(14)) == [.sendNotification])
    #expect(mode.tick(backlogBytes: 0, now: now + .seconds(15)) == [])
    #expect(mode.tick(backlogBytes: 0, now: now + .seconds(29)) == [.sendComment])
    #expect(mode.tick(backlogBytes: 9, now: now + .seconds(60)) == [])
    #expect(mode.answer() == .answerInStream)
  }
}
