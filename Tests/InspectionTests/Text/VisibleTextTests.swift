import Inspection
import Testing

@Suite struct VisibleTextTests {
  @Test(
    arguments: [
      ("plain", "plain"), ("a\u{200B}b", "a⟨U+200B⟩b"), ("\u{202E}x", "⟨U+202E⟩x"),
      ("a\u{E0041}\u{E0042}", "a⟨U+E0041⟩⟨U+E0042⟩"), ("\u{1B}[2J", "⟨U+001B⟩[2J"),
      ("one\ntwo\tthree\r\n", "one⏎two⇥three⏎"), ("a\rb", "a⟨U+000D⟩b"), ("a\u{0}b", "a⟨U+0000⟩b"),
      ("soft\u{AD}hyphen", "soft⟨U+00AD⟩hyphen"), ("a\u{FE0F}", "a⟨U+FE0F⟩"),
    ])
  func `what cannot be seen is drawn`(text: String, drawn: String) {
    #expect(VisibleText.draw(text) == drawn)
  }

  @Test(
    arguments: [
      "👩‍🚀 and 👩🏽‍❤️‍👨🏻", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "1️⃣", "می‌خواهم", "क्‍ष", "שלום\u{200F}!", "漢\u{E0100}", "naïve",
      "☎️",
    ])
  func `what a script or an emoji needs stays`(text: String) {
    #expect(VisibleText.draw(text) == text)
  }

  @Test func `a long text is cut`() {
    #expect(VisibleText.draw("abcdef", limit: 3) == "abc…")
    #expect(VisibleText.draw("abc", limit: 3) == "abc")
    #expect(VisibleText.draw("", limit: 0) == "")
  }
}
