import Import
import JSON
import Testing

@Suite("TOML")
struct TOMLTests {
  private func json(_ text: String) throws -> String {
    String(decoding: try TOMLReader.json(of: Array(text.utf8)), as: UTF8.self)
  }

  @Test(
    arguments: [
      ("", "{}"), ("# only a comment", "{}"), ("a = 1 # b\r\nb=2", #"{"a":1,"b":2}"#),
      ("a.b.c = 1\na.d = 2", #"{"a":{"b":{"c":1},"d":2}}"#),
      (#""a.b" . 'c d' = true"#, #"{"a.b":{"c d":true}}"#), ("1.2 = 3", #"{"1":{"2":3}}"#),
      ("[a]\nb = 1\n[a.c]\nd = 2\n[e]", #"{"a":{"b":1,"c":{"d":2}},"e":{}}"#),
      ("[a.b]\nc = 1\n[a]\nd = 2", #"{"a":{"b":{"c":1},"d":2}}"#),
      ("[a]\nb.c = 1\n[a.b.d]\ne = 2", #"{"a":{"b":{"c":1,"d":{"e":2}}}}"#),
      ("[[a]]\nb = 1\n[[a]]\n[a.c]\nd = 2", #"{"a":[{"b":1},{"c":{"d":2}}]}"#),
      ("a = [1, [2,\n # x\n 3,], ]", #"{"a":[1,[2,3]]}"#),
      ("a = {b = 1, c.d = {}}", #"{"a":{"b":1,"c":{"d":{}}}}"#),
      (#"a = "x\t\"\\\u00e9\U0001F600""#, #"{"a":"x\t\"\\é😀"}"#),
      (#"a = 'c:\x'"#, #"{"a":"c:\\x"}"#),
      ("a = \"\"\"\nx\\\n   \n y\"z\"\"\"\"", #"{"a":"xy\"z\""}"#),
      ("a = '''\nx\ny'''''", #"{"a":"x\ny''"}"#),
      ("a = 0xFF\nb = 0o17\nc = 0b1_1\nd = -1_000", #"{"a":255,"b":15,"c":3,"d":-1000}"#),
      ("a = 1.5e3\nb = -0.25\nc = 1e-2\nd = inf", #"{"a":1500,"b":-0.25,"c":0.01,"d":null}"#),
      (
        "a = 1979-05-27T07:32:00Z\nb = 1979-05-27 07:32:00.5-07:00\nc = 07:32:00\nd = 1979-05-27",
        #"{"a":"1979-05-27T07:32:00Z","b":"1979-05-27T07:32:00.5-07:00","#
          + #""c":"07:32:00","d":"1979-05-27"}"#
      ),
    ])
  func `what the specification allows is read`(text: String, expected: String) throws {
    #expect(try json(text) == expected)
  }

  @Test(
    arguments: [
      ("a", 1), ("a =", 1), ("= 1", 1), ("a = 1 b = 2", 1), ("a = 1\na = 2", 2),
      ("[a]\n[a]", 2), ("[a]\nb = 1\n[a.b]", 3), ("a = {b = 1}\n[a.c]", 2),
      ("a = {b = 1}\na.c = 2", 2), ("a.b = 1\n[a]", 2), ("[[a]]\n[a]", 2), ("a = []\n[[a]]", 2),
      ("[a.b]\n[a]\nb.c = 1", 3), ("a = [1 2]", 1), ("a = {b = 1,}", 1), ("a = {b = 1\n}", 1),
      ("a = \"x", 1), ("a = \"\nx\"", 1), ("a = '''x", 1), (#"a = "\x""#, 1),
      (#"a = "\ud800""#, 1), ("a = 01", 1), ("a = 1__0", 1), ("a = _1", 1), ("a = 1.", 1),
      ("a = .5", 1), ("a = 1e", 1), ("a = 0x", 1), ("a = 0x_1", 1), ("a = +0x1", 1),
      ("a = 9223372036854775808", 1), ("a = yes", 1), ("a = 1979-13-01", 1),
      ("a = 25:00:00", 1), ("[a", 1), ("[]", 1), ("[[a]", 1), ("\"\"\"a\"\"\" = 1", 1),
      ("a = 1\u{01}", 1), ("# \u{01}", 1), ("a\nb", 1),
    ])
  func `what it forbids is refused with its line`(text: String, line: Int) {
    let error = #expect(throws: TOMLError.self) { try json(text) }
    #expect(error?.line == line, "\(String(describing: error))")
  }

  @Test func `what is too deep, too much or not UTF-8 is refused`() {
    let texts = [
      "a = " + String(repeating: "[", count: 100_000),
      String(repeating: "a.", count: 40) + "b = 1",
      "a = [" + String(repeating: "1,", count: 60_000) + "]",
      "a = " + String(repeating: "{b=", count: 100_000),
    ]
    for text in texts {
      #expect(throws: TOMLError.self) { try json(text) }
    }
    #expect(throws: TOMLError.self) { try TOMLReader.json(of: [0x61, 0xff]) }
    #expect(throws: TOMLError.self) {
      try TOMLReader.json(of: Array(repeating: 0x0a, count: TOMLReader.bytesMax + 1))
    }
  }
}
