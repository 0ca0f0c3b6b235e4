import Inspection
import JSON
import Testing

@Suite struct HiddenTextTests {
  @Test(
    arguments: [
      ("a\u{200B}b c", "hidden-characters!"), ("a\u{202E}b c", "hidden-characters!"),
      ("hi\u{E0049}\u{E0067}", "hidden-characters!"), ("a\u{FE01}\u{FE02}b", "hidden-characters!"),
      ("a\u{3164}b", "hidden-characters!"), ("x\u{2066}y", "hidden-characters!"),
      ("x\u{1B}[8mhidden", "control-characters!"), ("x\u{8}\u{8}y", "control-characters!"),
      (#"print \x1b[2J"#, "control-characters!"), ("Finds. <!-- note -->", "hidden-comment!"),
      ("Finds." + String(repeating: " ", count: 90) + "more", "hidden-whitespace!"),
      ("Finds." + String(repeating: "\n", count: 30) + "more", "hidden-whitespace!"),
      ("Opens \u{0440}\u{0430}ypal pages", "mixed-alphabets"),
    ])
  func `what is hidden is found`(text: String, rule: String) throws {
    #expect(try signals(of: tool(text, name: "find")).rules == [rule])
  }

  @Test(
    arguments: [
      "Finds 👩‍🚀 and 🏴󠁧󠁢󠁥󠁮󠁧󠁿 flags ✈️.", "می‌خواهم", "Ищет страницы и файлы.",
      "Äpfel – “quoted” … naïve café",
      "one\n\ntwo\n\n  - three\n\n\n\tfour", "Measures in µs, Δt and Ω.", "日本語の説明。",
      "a" + String(repeating: " ", count: 40) + "b", "Finds." + String(repeating: "\n", count: 60),
    ])
  func `what only looks odd is not`(text: String) throws {
    #expect(try signals(of: tool(text, name: "find")).isEmpty)
  }

  @Test func `the reason counts what was found, and the excerpt draws it`() throws {
    let found = try signals(of: tool("a\u{200B}\u{200B}b\u{202E}", name: "find"))
    #expect(found.count == 1)
    #expect(found[0].place == "/description")
    #expect(found[0].excerpt == "a⟨U+200B⟩⟨U+200B⟩b⟨U+202E⟩")
    #expect(found[0].reason.contains("2 zero-width characters, 1 direction controls"))
  }
}
