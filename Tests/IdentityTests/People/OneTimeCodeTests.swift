import Testing

@testable import Identity

@Suite("Codes of authenticator applications")
struct OneTimeCodeTests {
  private static let key = Array("12345678901234567890".utf8)

  @Test(
    "codes are those of RFC 6238, appendix B",
    arguments: [
      (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"),
      (1_234_567_890, "89005924"), (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
    ] as [(Int64, String)])
  func vectors(time: Int64, code: String) {
    #expect(OneTimeCode.code(key: Self.key, step: time / 30, digits: 8) == code)
  }

  @Test func `a code counts a step before and after its time, and no longer`() {
    let now: Int64 = 1_111_111_109
    let code = OneTimeCode.code(key: Self.key, step: now / 30)
    for (shift, isTaken) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
      let step = OneTimeCode.step(
        of: code, key: Self.key, after: 0, now: now + Int64(shift))
      #expect((step != nil) == isTaken, "\(shift)")
    }
  }

  @Test func `a code counts once, and none before it counts any more`() throws {
    let now: Int64 = 1_111_111_109
    func code(_ shift: Int64) -> String { OneTimeCode.code(key: Self.key, step: now / 30 + shift) }
    let step = try #require(OneTimeCode.step(of: code(0), key: Self.key, after: 0, now: now))
    #expect(OneTimeCode.step(of: code(0), key: Self.key, after: step, now: now) == nil)
    #expect(OneTimeCode.step(of: code(-1), key: Self.key, after: step, now: now) == nil)
    #expect(OneTimeCode.step(of: code(1), key: Self.key, after: step, now: now) == step + 1)
  }

  @Test(arguments: ["", "12345", "1234567", "abcdef", "12345６"])
  func `what is no code is not taken`(code: String) {
    #expect(OneTimeCode.step(of: code, key: Self.key, after: 0, now: 59) == nil)
  }

  @Test func `a code may be typed as it is shown`() {
    let code = OneTimeCode.code(key: Self.key, step: 1)
    let shown = code.prefix(3) + " " + code.suffix(3)
    #expect(OneTimeCode.step(of: String(shown), key: Self.key, after: 0, now: 59) == 1)
  }

  @Test func `authenticator applications read the address`() {
    #expect(
      OneTimeCode.address(key: Self.key, account: "alice@example.com", issuer: "Sallyport")
        == "otpauth://totp/Sallyport%3Aalice%40example%2Ecom"
        + "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Sallyport")
  }
}
