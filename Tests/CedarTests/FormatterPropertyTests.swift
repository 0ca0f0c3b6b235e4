import TestSupport
import Testing

@testable import Cedar

@Suite("properties of formatting")
struct FormatterPropertyTests {
  /// The tokens without commas before closing brackets, and the comments without the white space
  /// at their ends.
  private struct Content: Equatable {
    var tokens: [String] = []
    var comments: [String] = []

    init(_ text: String) {
      let bytes = ContiguousArray(text.utf8)
      var found = ContiguousArray<LayoutComment>()
      var last = 0
      for token in Lexer.tokens(of: bytes) {
        _ = LayoutComment.scan(bytes, from: last, to: Int(token.start), into: &found)
        last = Int(token.end)
        let text = String(decoding: bytes[Int(token.start)..<last], as: UTF8.self)
        if [")", "]", "}"].contains(text), tokens.last == "," { tokens.removeLast() }
        tokens.append(text)
      }
      comments = found.map {
        String(decoding: bytes[Int($0.start)..<Int($0.end)], as: UTF8.self)
      }
    }
  }

  /// Formats, and expects the same tokens, comments and tree, and no change when formatted again.
  @discardableResult
  private func check(_ text: String, width: Int = 80) throws -> String {
    let result = try PolicyFormatter.format(text, file: "test", width: width)
    let before = try syntax(text)
    let after = try syntax(result)
    #expect(Content(result) == Content(text), "\(text)\n--\n\(result)")
    #expect(
      after.elementsEqual(before) { $0.hasSameStructure(as: $1) }, "\(text)\n--\n\(result)")
    #expect(
      try PolicyFormatter.format(result, file: "test", width: width).utf8
        .elementsEqual(result.utf8), "\(text)\n--\n\(result)")
    for line in result.split(separator: "\n") where line.hasSuffix(" ") {
      #expect(line.contains("\"") || line.contains("//"), "white space at the end of \(line)")
    }
    return result
  }

  @Test("every policy of the corpus keeps its tokens and its meaning")
  func corpus() throws {
    var count = 0
    let isThere = try OfficialData.forEachCorpusPolicy { _, text in
      count += 1
      // Every eighth: each is parsed and formatted several times.
      if count % 8 == 0 { try check(text, width: count % 16 == 0 ? 80 : 30) }
    }
    guard isThere else { return print("skipped: the official Cedar corpus is absent") }
    print("formatted: \(count / 8) of \(count) policies of the corpus")
    #expect(count > 7_000)
  }

  @Test("random policies keep their tokens and their meaning at any width")
  func random() throws {
    for seed in 0..<600 {
      var random = RandomSyntax(seed: UInt64(seed))
      let policy = random.policy(depth: seed % 6, slots: seed % 2 == 0)
      try check(PolicyPrinter.text(of: policy), width: [0, 1, 20, 80, 10_000][seed % 5])
    }
  }

  @Test("comments between any two tokens all survive in their order")
  func comments() throws {
    for seed in 0..<600 {
      var syntax = RandomSyntax(seed: UInt64(seed))
      var random = SeededGenerator(seed: UInt64(seed))
      let policies = (0..<2).map { PolicyPrinter.text(of: syntax.policy(depth: $0 + seed % 4)) }
      var text = ""
      var number = 0
      for token in Content(policies.joined()).tokens {
        text += token
        switch Int.random(in: 0..<(2 + seed % 8), using: &random) {
        case 0:
          let spaces = [" ", "\n", "\n\n", "\r\n", "\r", "\n \n\t\n", "\t"]
          for _ in 0..<Int.random(in: 1..<4, using: &random) {
            text += spaces.randomElement(using: &random) ?? ""
            text += "// \(number) é // \"\t \n"
            number += 1
          }
          text += spaces.randomElement(using: &random) ?? ""
        case 1: text += "\n"
        default: text += " "
        }
      }
      let result = try check(text, width: seed % 2 == 0 ? 80 : 20)
      #expect(Content(result).comments.count == number)
    }
  }

  @Test("lines of short names and literals are no longer than they may be")
  func width() throws {
    let condition = """
      context.a && principal.b.c == resource.d + 12 * context.e || [1, 2, 3].contains(context.f) \
      && {a: 1, b: [2, 3]} != context.g && (if context.h then principal in G::"x" else false)
      """
    for width in 32...120 {
      let text = try check(
        "permit(principal == U::\"a\", action, resource is D in F::\"f\") when { \(condition) };",
        width: width)
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= width }, "\(width): \(text)")
    }
  }

  @Test("the deepest, tallest and longest sources are formatted in linear time")
  func large() throws {
    let parentheses = String(repeating: "(", count: 126)
    let close = String(repeating: ")", count: 126)
    let sources = [
      "true" + String(repeating: " && true || false", count: 10_000),
      parentheses + "1 == 2" + close,
      "context" + String(repeating: ".a", count: 250),
      "[" + String(repeating: "\"a\", ", count: 20_000) + "]",
      String(repeating: "[", count: 120) + String(repeating: "]", count: 120),
    ]
    for source in sources {
      try check("permit(principal, action, resource) when { \(source) == [] };")
    }
    let scope =
      String(repeating: "(", count: 10_000) + "A::\"x\""
      + String(repeating: ")", count: 10_000)
    try check("permit(principal == \(scope), action, resource);")
  }

  @Test("a megabyte of comments is formatted in linear time")
  func manyComments() throws {
    let comments = String(repeating: "// 7890123456\n", count: 75_000)
    let start = ContinuousClock.now
    let result = try PolicyFormatter.format(
      "permit(principal, action, resource)\n\(comments)when { 1 == \(comments) 2 };", file: "test")
    #expect(result.utf8.count > comments.utf8.count * 2)
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test("nesting beyond the limit is an error and not a crash")
  func nesting() {
    for bracket in ["(", "[", "!(", "{a: ", "if "] {
      #expect(throws: PolicyParseErrors.self) {
        try PolicyFormatter.format(
          "permit(principal, action, resource) when { "
            + String(repeating: bracket, count: 100_000), file: "test")
      }
    }
  }
}
