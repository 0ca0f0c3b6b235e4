/// What no text of the repository may hold.
enum TextRules {
  static let columnsMax = 100

  /// Words that say that something is not done, or that ends the process where an error belongs.
  static func words(in file: TextFile) -> [Finding] {
    let forbidden: [(word: String, why: String)] = [
      ("FIXME", "fix it, or open an issue and write TODO with its number"),
      ("try!", "handle the error"),
      ("as!", "use `as?` and handle nil"),
      ("fatalError(", "throw an error; `precondition` is for mistakes of a programmer"),
    ]
    var findings: [Finding] = []
    let present = forbidden.filter { file.holds($0.word) }
    let hasTodo = file.holds("TODO")
    let hasMark = file.holds("XXX")
    guard !present.isEmpty || hasTodo || hasMark else { return [] }
    for (number, line) in file.lines {
      for (word, why) in present where line.contains(word) && !isInsideWord(word, line) {
        findings.append(Finding(path: file.path, line: number, why: "\(word): \(why)"))
      }
      if hasMark, line.split(whereSeparator: { !$0.isLetter }).contains("XXX") {
        findings.append(Finding(path: file.path, line: number, why: "XXX: say what is wrong"))
      }
      if hasTodo, line.contains("TODO"), line.firstMatch(of: /TODO[ (:]*#[0-9]+/) == nil {
        findings.append(
          Finding(path: file.path, line: number, why: "TODO without the number of an issue"))
      }
    }
    return findings
  }

  /// `as!` inside `has!=` is none.
  private static func isInsideWord(_ word: String, _ line: Substring) -> Bool {
    line.ranges(of: word).allSatisfy { range in
      guard range.lowerBound > line.startIndex, word.first?.isLetter == true else { return false }
      let before = line[line.index(before: range.lowerBound)]
      return before.isLetter || before == "_"
    }
  }

  /// Newline at the end, no tabs, no long lines.
  static func layout(of file: TextFile) -> [Finding] {
    var findings: [Finding] = []
    if !file.text.isEmpty, file.text.utf8.last != 0x0A {
      findings.append(Finding(path: file.path, why: "does not end with a newline"))
    }
    guard file.isSwift else { return findings }
    for (number, line) in file.lines {
      if line.utf8.contains(0x09) {
        findings.append(Finding(path: file.path, line: number, why: "holds a tab"))
      }
      if line.utf8.count > columnsMax, line.count > columnsMax, !isTestData(line, in: file) {
        findings.append(
          Finding(path: file.path, line: number, why: "has \(line.count) columns of \(columnsMax)"))
      }
    }
    return findings
  }

  /// A message of a protocol that a test keeps on one line.
  private static func isTestData(_ line: Substring, in file: TextFile) -> Bool {
    file.path.hasPrefix("Tests/") && line.utf8.contains(UInt8(ascii: "\""))
  }

  /// Places that exist on one machine or in one network only.
  static func places(in file: TextFile) -> [Finding] {
    var forbidden = ["/Users/", "/root/", "index-url"]
    if !file.path.hasPrefix("Tests/") { forbidden.append("/tmp/") }
    let present = forbidden.filter { file.holds($0) }
    guard !present.isEmpty else { return [] }
    return file.lines.flatMap { number, line in
      present.filter { line.contains($0) }.map {
        Finding(path: file.path, line: number, why: "names \($0), which is not everywhere")
      }
    }
  }
}
