import Testing

@testable import Identity

@Suite("Sign-ins that a browser finishes")
struct DeviceSignInTests {
  private let who = SignedIn(
    name: "alice", source: .account, authentication: Authentication(methods: ["pwd"], time: 90))

  /// What an expectation can ask to change.
  private final class Devices {
    private var all = DeviceSignIns()

    var count: Int { all.count }
    func begin(at now: Int64) -> DeviceSignIn? { all.begin(at: now) }
    func isWaiting(_ code: String, at now: Int64) -> Bool { all.isWaiting(code, at: now) }
    func take(_ code: String, at now: Int64) -> DeviceSignInOutcome { all.take(code, at: now) }

    func answer(_ code: String, _ answer: DeviceSignIns.Answer, at now: Int64) -> Bool {
      all.answer(code, answer, at: now)
    }
  }

  @Test func `who confirms it is told to the program that began it, once`() throws {
    let devices = Devices()
    let begun = try #require(devices.begin(at: 100))
    let other = try #require(devices.begin(at: 100))
    #expect(devices.take(begun.deviceCode, at: 100) == .waiting)
    #expect(devices.isWaiting(begun.userCode, at: 100))
    #expect(devices.answer(begun.userCode, .confirmed(who), at: 101))
    #expect(!devices.answer(begun.userCode, .refused, at: 101))
    #expect(!devices.isWaiting(begun.userCode, at: 101))
    #expect(devices.take(other.deviceCode, at: 102) == .waiting)
    #expect(devices.take(begun.userCode, at: 102) == .over)
    #expect(devices.take(begun.deviceCode, at: 102) == .confirmed(who))
    #expect(devices.take(begun.deviceCode, at: 102) == .over)
    #expect(devices.count == 1)
  }

  @Test func `a no signs nobody in`() throws {
    let devices = Devices()
    let begun = try #require(devices.begin(at: 100))
    #expect(devices.answer(begun.userCode, .refused, at: 101))
    #expect(devices.take(begun.deviceCode, at: 102) == .refused)
    #expect(devices.take(begun.deviceCode, at: 102) == .over)
  }

  @Test func `after its time it is over, confirmed or not`() throws {
    let devices = Devices()
    let begun = try #require(devices.begin(at: 100))
    let late = try #require(devices.begin(at: 100))
    let end = 100 + DeviceSignIns.lifetime
    #expect(devices.answer(begun.userCode, .confirmed(who), at: end - 1))
    #expect(devices.take(begun.deviceCode, at: end) == .over)
    #expect(!devices.isWaiting(late.userCode, at: end))
    #expect(!devices.answer(late.userCode, .confirmed(who), at: end))
    #expect(devices.take(late.deviceCode, at: end) == .over)
  }

  @Test func `only so many are begun at a time, and those that are over make room`() throws {
    let devices = Devices()
    for _ in 0..<DeviceSignIns.countMax { #expect(devices.begin(at: 100) != nil) }
    #expect(devices.begin(at: 101) == nil)
    #expect(devices.begin(at: 100 + DeviceSignIns.lifetime) != nil)
    #expect(devices.count == 1)
  }

  @Test func `codes are letters that people can compare`() throws {
    let devices = Devices()
    for _ in 0..<100 {
      let code = try #require(devices.begin(at: 1)).userCode
      #expect(code.wholeMatch(of: /[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}/) != nil)
    }
  }
}
