/// Whether the pages hang together.
enum DocumentRules {
  struct Link: Equatable {
    var line: Int
    /// As it stands in the page: a path relative to it, perhaps with `#heading`.
    var target: String
  }

  /// The relative links of a page, outside code.
  static func links(of page: TextFile) -> [Link] {
    prose(of: page).flatMap { number, line in
      line.matches(of: /\]\(([^)\s]+)\)/).map { String($0.output.1) }
        .filter { !$0.contains("://") && !$0.hasPrefix("mailto:") }
        .map { Link(line: number, target: $0) }
    }
  }

  /// The lines that are not in a fenced block, with inline code taken out.
  private static func prose(of page: TextFile) -> [(Int, String)] {
    var isCode = false
    return page.lines.compactMap { number, line in
      if line.drop(while: { $0 == " " }).hasPrefix("```") {
        isCode.toggle()
        return nil
      }
      guard !isCode else { return nil }
      let parts = line.split(separator: "`", omittingEmptySubsequences: false)
      return (number, parts.enumerated().filter { $0.offset % 2 == 0 }.map(\.element).joined())
    }
  }

  /// The path a link leads to, from the root; nil when it leaves the repository.
  static func destination(of link: Link, in page: TextFile) -> String? {
    let target = link.target.prefix { $0 != "#" }
    guard !target.isEmpty else { return page.path }
    var parts = page.path.split(separator: "/").dropLast().map(String.init)
    for part in target.split(separator: "/") {
      switch part {
      case ".": continue
      case "..":
        guard parts.popLast() != nil else { return nil }
      default: parts.append(String(part))
      }
    }
    return parts.joined(separator: "/")
  }

  /// Links that lead nowhere.
  static func brokenLinks(
    in pages: [TextFile], exists: (String) -> Bool
  ) -> [Finding] {
    let byPath = Dictionary(uniqueKeysWithValues: pages.map { ($0.path, $0) })
    return pages.flatMap { page in
      links(of: page).compactMap { link in
        guard let path = destination(of: link, in: page), exists(path) else {
          return Finding(path: page.path, line: link.line, why: "\(link.target) leads nowhere")
        }
        guard let mark = link.target.firstIndex(of: "#"), let target = byPath[path] else {
          return nil
        }
        let anchor = String(link.target[link.target.index(after: mark)...])
        guard !anchors(of: target).contains(anchor) else { return nil }
        return Finding(
          path: page.path, line: link.line, why: "\(path) has no heading for #\(anchor)")
      }
    }
  }

  /// The names of a page's headings as forges make them.
  static func anchors(of page: TextFile) -> Set<String> {
    var isCode = false
    var anchors: Set<String> = []
    for (_, line) in page.lines {
      if line.hasPrefix("```") { isCode.toggle() }
      guard !isCode, line.hasPrefix("#") else { continue }
      let title = line.drop { $0 == "#" }.trimmed.lowercased()
      anchors.insert(
        String(
          title.compactMap { character in
            character == " "
              ? "-"
              : character.isLetter || character.isNumber || "-_".contains(character)
                ? character : nil
          }))
    }
    return anchors
  }

  /// Pages of `docs/` to which no way leads from `starts`.
  static func unreachable(_ pages: [TextFile], from starts: [String]) -> [Finding] {
    let byPath = Dictionary(uniqueKeysWithValues: pages.map { ($0.path, $0) })
    var seen = Set(starts)
    var waiting = starts
    while let path = waiting.popLast() {
      guard let page = byPath[path] else { continue }
      for link in links(of: page) {
        if let next = destination(of: link, in: page), seen.insert(next).inserted {
          waiting.append(next)
        }
      }
    }
    return pages.filter { $0.path.hasPrefix("docs/") && !seen.contains($0.path) }.map {
      Finding(path: $0.path, why: "no link leads here from \(starts.joined(separator: " or "))")
    }
  }

  /// A changelog without a place for what comes next.
  static func changelog(_ page: TextFile) -> [Finding] {
    page.lines.contains { $0.text == "## Unreleased" || $0.text == "## [Unreleased]" }
      ? [] : [Finding(path: page.path, why: "has no section «Unreleased»")]
  }

  /// Targets whose page is missing or empty.
  static func targetPages(_ targets: [String], pages: [TextFile]) -> [Finding] {
    targets.compactMap { target in
      let path = "Sources/\(target)/README.md"
      guard let page = pages.first(where: { $0.path == path }) else {
        return Finding(path: path, why: "is missing")
      }
      let written = page.lines.count { !$0.text.trimmed.isEmpty }
      return written >= 8 ? nil : Finding(path: path, why: "says too little: \(written) lines")
    }
  }
}
