import Testing

@testable import Catalog

@Suite("When a list is read")
struct ListScheduleTests {
  private func ready() -> ListSchedule {
    var schedule = ListSchedule()
    _ = schedule.handle(.ready)
    _ = schedule.handle(.succeeded(maxAge: .seconds(300), jitter: 0))
    return schedule
  }

  private func number(_ action: ListSchedule.Action?) -> Int {
    if case .wake(_, let number) = action { number } else { -1 }
  }

  @Test func `it is read when the upstream is ready, and again and again while it is up`() {
    var schedule = ListSchedule()
    #expect(schedule.handle(.ready) == .read)
    for _ in 1...3 {
      let wake = schedule.handle(.succeeded(maxAge: .seconds(300), jitter: 0))
      #expect(wake == .wake(after: .seconds(300), number: number(wake)))
      #expect(schedule.handle(.due(number(wake))) == .read)
    }
    #expect(schedule.handle(.down) == nil)
    #expect(schedule.handle(.succeeded(maxAge: .seconds(300), jitter: 0)) == nil)
  }

  @Test func `what is due while the upstream is down is not read`() {
    var schedule = ListSchedule()
    _ = schedule.handle(.ready)
    let wake = schedule.handle(.succeeded(maxAge: .seconds(300), jitter: 0))
    _ = schedule.handle(.down)
    #expect(schedule.handle(.due(number(wake))) == nil)
  }

  @Test func `a burst of announcements is one reading`() {
    var schedule = ready()
    let wake = schedule.handle(.announced)
    #expect(wake == .wake(after: .milliseconds(50), number: number(wake)))
    #expect(schedule.handle(.announced) == nil)
    #expect(schedule.handle(.due(number(wake))) == .read)
    #expect(schedule.handle(.due(number(wake))) == nil)
  }

  @Test func `what is announced while it is read is read again`() {
    var schedule = ready()
    _ = schedule.handle(.due(number(schedule.handle(.announced))))
    #expect(schedule.handle(.announced) == nil)
    let wake = schedule.handle(.succeeded(maxAge: .seconds(60), jitter: 0))
    #expect(wake == .wake(after: .milliseconds(50), number: number(wake)))
    #expect(schedule.handle(.due(number(wake))) == .read)
  }

  @Test func `a failure is tried again, unless the upstream is down`() {
    var schedule = ListSchedule()
    _ = schedule.handle(.ready)
    let wake = schedule.handle(.failed)
    #expect(wake == .wake(after: .seconds(5), number: number(wake)))
    #expect(schedule.handle(.down) == nil)
    #expect(schedule.handle(.due(number(wake))) == nil)
    #expect(schedule.handle(.ready) == .read)
    #expect(schedule.handle(.down) == nil)
    #expect(schedule.handle(.failed) == nil)
  }

  @Test func `a connection that comes anew while it is read makes it read again`() {
    var schedule = ListSchedule()
    _ = schedule.handle(.ready)
    _ = schedule.handle(.down)
    #expect(schedule.handle(.ready) == nil)
    let wake = schedule.handle(.failed)
    #expect(schedule.handle(.due(number(wake))) == .read)
  }

  @Test(
    arguments: [
      (Duration.milliseconds(1), Duration.seconds(1)), (.seconds(60), .seconds(60)),
      (.seconds(1_000_000), .seconds(24 * 3600)),
    ])
  func `a list that is too old is read again within bounds, a little later by chance`(
    maxAge: Duration, after: Duration
  ) {
    for jitter in [0.0, 0.5, 1.0] {
      var schedule = ListSchedule()
      _ = schedule.handle(.ready)
      let wake = schedule.handle(.succeeded(maxAge: maxAge, jitter: jitter))
      #expect(wake == .wake(after: after + after * (jitter / 10), number: number(wake)))
      #expect(schedule.handle(.due(number(wake))) == .read)
    }
  }

  @Test(arguments: [0.0, 0.25, 1.0])
  func `a list that may become less old than before is read again within that time`(
    jitter: Double
  ) {
    var schedule = ready()
    let wake = schedule.handle(.bounded(maxAge: .seconds(40), jitter: jitter))
    #expect(wake == .wake(after: .seconds(40) * jitter, number: number(wake)))
    #expect(schedule.handle(.due(number(wake))) == .read)
  }

  @Test func `a list that is read in time anyway is not read sooner for a new age`() {
    var schedule = ready()
    #expect(schedule.handle(.bounded(maxAge: .seconds(300), jitter: 0)) == nil)
    #expect(schedule.handle(.bounded(maxAge: .seconds(3_600), jitter: 0)) == nil)
    let change = schedule.handle(.announced)
    #expect(schedule.handle(.bounded(maxAge: .seconds(1), jitter: 1)) == nil)
    #expect(schedule.handle(.due(number(change))) == .read)
    #expect(schedule.handle(.bounded(maxAge: .seconds(1), jitter: 1)) == nil)
    #expect(schedule.handle(.down) == nil)
    #expect(schedule.handle(.bounded(maxAge: .seconds(1), jitter: 1)) == nil)
  }

  @Test func `an announcement replaces the timer of the age`() {
    var schedule = ListSchedule()
    _ = schedule.handle(.ready)
    let expiry = schedule.handle(.succeeded(maxAge: .seconds(60), jitter: 0))
    let change = schedule.handle(.announced)
    #expect(schedule.handle(.due(number(expiry))) == nil)
    #expect(schedule.handle(.due(number(change))) == .read)
  }
}
