import Testing

@testable import Approvals

@Suite("Arguments as people read them")
struct ArgumentLineTests {
  private func lines(_ json: String) -> [String] {
    ArgumentLines(Array(json.utf8)).lines.map { "\($0.path) \($0.kind.rawValue) \($0.text)" }
  }

  @Test func `each value stands on a line with its place`() {
    #expect(
      lines(#"{"a/b":{"~":[1,"x",true,null]},"e":{},"f":[]}"#) == [
        "/a~1b/~0/0 number 1", "/a~1b/~0/1 string x", "/a~1b/~0/2 bool true",
        "/a~1b/~0/3 null null", "/e empty {}", "/f empty []",
      ])
    #expect(lines("{}") == [])
    #expect(ArgumentLines([]).lines.isEmpty)
  }

  @Test func `what is invisible or turns the line is drawn, in values and in names`() {
    #expect(
      lines("{\"k\u{200B}ey\":\"pay \u{202E}evil\\nnext\"}") == [
        "/k⟨U+200B⟩ey string pay ⟨U+202E⟩evil⏎next"
      ])
  }

  @Test func `a long value is cut and says its size`() {
    let long = String(repeating: "é", count: 5_000)
    let line = ArgumentLines(Array(#"{"body":"\#(long)"}"#.utf8)).lines[0]
    #expect(line.bytesInAll == 10_000)
    #expect(line.text.unicodeScalars.count == ArgumentLines.valueScalarsMax + 1)
    #expect(line.text.hasSuffix("…"))
    let short = ArgumentLines(Array(#"{"body":"é"}"#.utf8)).lines[0]
    #expect(short.bytesInAll == nil)
  }

  @Test func `values beyond the bound are counted`() {
    let many = "[" + Array(repeating: "0", count: 500).joined(separator: ",") + "]"
    let lines = ArgumentLines(Array(#"{"many":\#(many)}"#.utf8))
    #expect(lines.lines.count == ArgumentLines.linesMax)
    #expect(lines.omitted == 300)
  }

  @Test func `what is no JSON is shown as it is`() {
    #expect(lines("{oops") == [" string {oops"])
  }
}
