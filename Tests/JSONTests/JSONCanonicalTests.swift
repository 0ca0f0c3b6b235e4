import TestSupport
import Testing

@testable import JSON

@Suite("The canonical form")
struct JSONCanonicalTests {
  private func canonical(
    _ source: String, _ bigIntegers: JSONCanonical.BigIntegers = .refused
  ) throws -> String {
    try text(JSONCanonical.encode(parse(source).root, bigIntegers: bigIntegers))
  }

  @Test("is that of RFC 8785 section 3.2.2 for its example")
  func example() throws {
    let source = #"""
      {
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
      }
      """#
    #expect(
      try canonical(source)
        == #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
        + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#)
  }

  @Test("sorts names by UTF-16 code units as RFC 8785 section 3.2.3 shows")
  func order() throws {
    let source = #"""
      {"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",
      "1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control",
      "\u00f6":"Latin Small Letter O With Diaeresis"}
      """#
    let document = try JSONDocument(parsing: JSONCanonical.encode(parse(source).root))
    #expect(
      document.root.members.map { $0.value.string } == [
        "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
        "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh",
      ])
  }

  @Test(
    "spells numbers as RFC 8785 appendix B does",
    arguments: [
      (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
      (0x8000_0000_0000_0001, "-5e-324"), (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
      (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"),
      (0x4340_0000_0000_0000, "9007199254740992"),
      (0xC340_0000_0000_0000, "-9007199254740992"),
      (0x4430_0000_0000_0000, "295147905179352830000"),
      (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"),
      (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"),
      (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
      (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"), (0x444B_1AE4_D6E2_EF50, "1e+21"),
      (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
      (0x41B3_DE43_5555_5553, "333333333.3333332"), (0x41B3_DE43_5555_5554, "333333333.33333325"),
      (0x41B3_DE43_5555_5555, "333333333.3333333"), (0x41B3_DE43_5555_5556, "333333333.3333334"),
      (0x41B3_DE43_5555_5557, "333333333.33333343"),
      (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
      (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
    ] as [(UInt64, String)])
  func numbers(_ pattern: UInt64, _ expected: String) {
    var bytes: [UInt8] = []
    ECMAScriptNumber.append(Double(bitPattern: pattern), to: &bytes)
    #expect(text(bytes) == expected)
  }

  @Test("keeps integers that it spells alike and refuses to change others")
  func integers() throws {
    #expect(
      try canonical("[9007199254740992,9007199254740994,1e22,-0,10.0]")
        == "[9007199254740992,9007199254740994,1e+22,0,10]")
    #expect(try canonical("295147905179352830000") == "295147905179352830000")
    for source in [
      "9007199254740993", "-9007199254740993", "9007199254740993.0", "9007199254740993e0",
    ] {
      #expect(throws: JSONCanonicalError.integerNotExact(offset: 0)) { try canonical(source) }
      #expect(try canonical(source, .verbatim) == source)
    }
    #expect(try canonical("9007199254740993", .rounded) == "9007199254740992")
    #expect(throws: JSONCanonicalError.integerNotExact(offset: 1)) {
      try canonical("[295147905179352825856]")
    }
  }

  @Test("refuses numbers beyond a double and lone surrogates")
  func refusals() throws {
    #expect(throws: JSONCanonicalError.numberOutOfRange(offset: 5)) { try canonical("[1e3,1e400]") }
    let lone = try parse(#"["\ud800"]"#, limits: JSONLimits(allowsLoneSurrogates: true))
    #expect(throws: JSONCanonicalError.loneSurrogate(offset: 1)) {
      try JSONCanonical.encode(lone.root)
    }
  }

  @Test("is its own canonical form, whatever the document", arguments: 0..<200)
  func idempotent(_ seed: UInt64) throws {
    var random = RandomDocument(seed: seed)
    let source = random.value()
    let once = try canonical(source, .rounded)
    #expect(try canonical(once) == once, "seed \(seed): \(source)")
  }

  @Test("spells random doubles so that they read back the same", arguments: 0..<50)
  func doubles(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let double = Double(bitPattern: generator.next())
      guard double.isFinite else { continue }
      var bytes: [UInt8] = []
      ECMAScriptNumber.append(double, to: &bytes)
      #expect(try JSONDocument(parsing: bytes).root.double == double, "\(text(bytes))")
    }
  }
}
