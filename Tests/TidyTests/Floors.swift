/// What may use what: read from the table of the architecture page, from the manifest, and from
/// the sources.
struct Floors {
  /// For each target, in the order of the table: the targets and libraries it may import.
  var uses: [(target: String, modules: Set<String>)] = []

  /// Modules of the system and of the language that any target may import.
  static let system: Set<String> = ["Glibc", "Swift", "Synchronization"]

  subscript(target: String) -> Set<String>? { uses.first { $0.target == target }?.modules }

  /// Reads the rows `| floor | `target` | what it is | uses |` of a page.
  init(table page: TextFile) {
    for (_, line) in page.lines {
      let cells = line.split(separator: "|").map { $0.trimmed }
      guard cells.count == 4, Int(cells[0]) != nil else { continue }
      let modules = cells[3].split(separator: ",").map { $0.trimmed.withoutTicks }
      uses.append((cells[1].withoutTicks, Set(modules.filter { $0 != "–" && !$0.isEmpty })))
    }
  }

  /// Reads the targets below `Sources` from a manifest: `target("X", uses: […])` and the executable.
  init(manifest: TextFile) {
    let text = manifest.text
    for opening in ["target(\"", "target(\n      \"", ".executableTarget(\n      name: \""] {
      for start in text.ranges(of: opening) {
        let before = text[..<start.lowerBound].last
        guard opening.hasPrefix(".") || before == " " else { continue }
        let rest = text[start.upperBound...]
        guard let nameEnd = rest.firstIndex(of: "\""),
          let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]"),
          // Those below another folder than Sources name their path.
          !rest[nameEnd..<open].contains("path:"), !rest[close...].hasPathArgument
        else { continue }
        let modules = rest[rest.index(after: open)..<close].split(separator: ",")
          .map { $0.trimmed.filter { $0 != "\"" } }.filter { !$0.isEmpty }
        uses.append((String(rest[..<nameEnd]), Set(modules)))
      }
    }
  }

  /// Where the manifest says something else than the table.
  func differences(from manifest: Floors, in page: String) -> [Finding] {
    var findings: [Finding] = []
    for (target, modules) in uses {
      guard let declared = manifest[target] else {
        findings.append(Finding(path: page, why: "the manifest has no target \(target)"))
        continue
      }
      for module in declared.subtracting(modules).sorted() {
        findings.append(
          Finding(path: "Package.swift", why: "\(target) uses \(module), which the table forbids"))
      }
      for module in modules.subtracting(declared).sorted() {
        findings.append(
          Finding(path: page, why: "the table lets \(target) use \(module), which it does not"))
      }
    }
    for (target, _) in manifest.uses where self[target] == nil {
      findings.append(Finding(path: page, why: "the table has no row for \(target)"))
    }
    return findings
  }

  /// Rows that use a target of their own or a higher place in the table.
  func upwardUses(in page: String) -> [Finding] {
    var below: Set<String> = []
    var findings: [Finding] = []
    let targets = Set(uses.map(\.target))
    for (target, modules) in uses {
      for module in modules.intersection(targets).subtracting(below).sorted() {
        findings.append(Finding(path: page, why: "\(target) uses \(module), which is not below it"))
      }
      below.insert(target)
    }
    return findings
  }

  /// Imports of `target`'s files that the table does not name.
  func forbiddenImports(in files: [TextFile], of target: String) -> [Finding] {
    let allowed = (self[target] ?? []).union(Self.system)
    return files.filter(\.isSwift).flatMap { file in
      file.imports.filter { !allowed.contains($0.module) }.map {
        Finding(path: file.path, line: $0.line, why: "\(target) may not import \($0.module)")
      }
    }
  }
}

extension TextFile {
  /// The modules a Swift file imports.
  var imports: [(line: Int, module: String)] {
    guard holds("import ") else { return [] }
    return lines.compactMap { number, line in
      var words = line.split(separator: " ")
      while let first = words.first, first.hasPrefix("@") || Self.accessWords.contains(first) {
        words.removeFirst()
      }
      guard words.count >= 2, words[0] == "import" else { return nil }
      // `import struct Module.Type`
      let path = words.count > 2 && !words[2].hasPrefix("//") ? words[2] : words[1]
      return (number, String(path.prefix { $0 != "." && $0 != ";" }))
    }
  }

  private static let accessWords: Set<Substring> = [
    "public", "package", "internal", "private", "fileprivate",
  ]
}

extension Substring {
  /// Whether `path:` follows in the same call.
  fileprivate var hasPathArgument: Bool { prefix { $0 != ")" }.contains("path:") }
}

extension StringProtocol {
  var trimmed: String {
    var rest = Substring(self)
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }

  var withoutTicks: String { String(filter { $0 != "`" }) }
}
