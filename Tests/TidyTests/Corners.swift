/// The hard corners of the protocol that the reference page lists, and the tests that name them:
/// `/// §2.8 corner 5.` before a test, or a number before the name of one of a suite of corners.
enum Corners {
  static let page = "docs/reference/protocol.md"
  private static let heading = "## Hard corners"

  /// The rows `| 5 | what it is | what becomes of it |` of the page.
  static func listed(in page: TextFile) -> [Int] {
    guard let section = page.text.firstRange(of: heading) else { return [] }
    let rest = page.text[section.upperBound...]
    let end = rest.firstRange(of: "\n## ")?.lowerBound ?? rest.endIndex
    return rest[..<end].split(separator: "\n").compactMap { line in
      line.split(separator: "|").first.flatMap { Int($0.trimmed) }
    }
  }

  /// The numbers that tests name.
  static func tested(in files: [TextFile]) -> Set<Int> {
    var numbers: Set<Int> = []
    for file in files where file.isSwift {
      for (_, line) in file.lines {
        let text = line.trimmed
        if let mark = text.firstRange(of: "/// §2.8 corner") {
          numbers.formUnion(Self.numbers(in: text[mark.upperBound...]))
        } else if file.name.hasSuffix("CornerTests.swift"), let quote = text.firstIndex(of: "\"") {
          let name = text[text.index(after: quote)...]
          let number = name.prefix { $0.isNumber }
          if name.dropFirst(number.count).hasPrefix(": "), let corner = Int(number) {
            numbers.insert(corner)
          }
        }
      }
    }
    return numbers
  }

  private static func numbers(in text: Substring) -> [Int] {
    text.split { !$0.isNumber }.compactMap { Int($0) }
  }
}
