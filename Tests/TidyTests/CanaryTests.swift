import Testing

/// Each check finds what it is there to find.
@Suite("The tidy checks can fail")
struct CanaryTests {
  private static let page = TextFile(
    path: "page.md",
    text: """
      | floor | target | what it is | uses |
      |---|---|---|---|
      | 0 | `Low` | rock | CRock |
      | 1 | `High` | house | Low |

      """)

  private static let manifest = TextFile(
    path: "Package.swift",
    text: """
      func target(_ name: String, uses dependencies: [Target.Dependency]) -> Target {}
      let targets = [
          .target(name: "CRock", path: "Libraries/CRock"),
          target("Low", uses: ["CRock"]),
          target(
            "High",
            uses: [
              "Low", "CRock",
            ]),
          .executableTarget(
            name: "Roof", dependencies: ["High"]),
          tests("LowTests", uses: ["High"]),
      ]
      """.replacing("          target(\n            \"", with: "    target(\n      \"")
        .replacing(
          "    .executableTarget(\n            name", with: ".executableTarget(\n      name"))

  @Test func `a table and a manifest that differ are told apart`() {
    let table = Floors(table: Self.page)
    let manifest = Floors(manifest: Self.manifest)
    #expect(table["Low"] == ["CRock"])
    #expect(manifest["Low"] == ["CRock"])
    #expect(manifest["LowTests"] == nil)
    let findings = table.differences(from: manifest, in: "page.md").map(\.description)
    #expect(findings.contains("Package.swift: High uses CRock, which the table forbids"))
    #expect(findings.contains("page.md: the table has no row for Roof"))
  }

  @Test func `a use of a higher floor is found`() {
    let text = Self.page.text.replacing("CRock |", with: "High |")
    let findings = Floors(table: TextFile(path: "page.md", text: text)).upwardUses(in: "page.md")
    #expect(findings.map(\.why) == ["Low uses High, which is not below it"])
  }

  @Test(
    arguments: [
      ("import Foundation", "Foundation"), ("public import High", "High"),
      ("@preconcurrency import Dispatch", "Dispatch"),
      ("internal import struct FoundationEssentials.Data", "FoundationEssentials"),
    ])
  func `a forbidden import is found`(line: String, module: String) {
    let file = TextFile(path: "Sources/Low/A.swift", text: "import CRock\nimport Glibc\n\(line)\n")
    let findings = Floors(table: Self.page).forbiddenImports(in: [file], of: "Low")
    #expect(
      findings == [Finding(path: file.path, line: 3, why: "Low may not import \(module)")])
  }

  @Test func `Foundation among the linked libraries is found`() {
    let names = LinkedLibraries.names(
      in: """
        \tlinux-vdso.so.1 (0x00007ffd)
        \tlibdispatch.so => /usr/lib/swift/linux/libdispatch.so (0x1)
        \tlib_FoundationICU.so => /usr/lib/swift/linux/lib_FoundationICU.so (0x2)
        \tlibFoundationEssentials.so => not found
        """)
    #expect(LinkedLibraries.foundation(in: names, of: "program").count == 2)
  }

  @Test(
    arguments: [
      "// TODO: later", "// FIXME", "// XXX", "let a = try! b()", "let a = b as! C",
      "fatalError(\"\")",
    ])
  func `a word that must not be there is found`(line: String) {
    let file = TextFile(path: "A.swift", text: "let first = 1\n\(line)\n")
    #expect(TextRules.words(in: file).map(\.line) == [2])
  }

  @Test(arguments: ["// TODO #12: later", "// TODO(#12)", "mkdtemp(\"aXXXXXX\")", "if has!=nil"])
  func `what only looks like such a word is not`(line: String) {
    #expect(TextRules.words(in: TextFile(path: "A.swift", text: line + "\n")).isEmpty)
  }

  @Test(arguments: ["let a = 1", "\tlet a = 1\n", String(repeating: "a", count: 101) + "\n"])
  func `untidy layout is found`(text: String) {
    #expect(TextRules.layout(of: TextFile(path: "A.swift", text: text)).count == 1)
  }

  @Test func `a hundred columns of two-byte letters are not too many`() {
    let text = String(repeating: "é", count: 100) + "\n"
    #expect(TextRules.layout(of: TextFile(path: "A.swift", text: text)).isEmpty)
  }

  @Test(arguments: ["cd /Users/x", "cat /root/x", "pip --index-url x", "ls /tmp/x"])
  func `a place of one machine is found`(line: String) {
    #expect(TextRules.places(in: TextFile(path: "docs/a.md", text: line + "\n")).count == 1)
  }

  @Test func `broken links are found`() {
    let pages = [
      TextFile(
        path: "docs/a.md",
        text: """
          # Here and there
          [file](b.md) [missing](c.md) [up](../README.md) [out](../../x.md)
          [heading](#here-and-there) [no heading](b.md#nothing) [web](https://example.com)
          `[code](d.md)`
          ```
          [code](e.md)
          ```
          """),
      TextFile(path: "docs/b.md", text: "# B\n"),
    ]
    let findings = DocumentRules.brokenLinks(in: pages) {
      ["docs/a.md", "docs/b.md", "README.md"].contains($0)
    }
    #expect(
      findings.map(\.why) == [
        "c.md leads nowhere", "../../x.md leads nowhere", "docs/b.md has no heading for #nothing",
      ])
  }

  @Test func `a page to which no way leads is found`() {
    let pages = [
      TextFile(path: "README.md", text: "[a](docs/a.md)\n"),
      TextFile(path: "docs/a.md", text: "[b](how-to/b.md)\n"),
      TextFile(path: "docs/how-to/b.md", text: "nothing\n"),
      TextFile(path: "docs/c.md", text: "[a](a.md)\n"),
    ]
    let findings = DocumentRules.unreachable(pages, from: ["README.md"])
    #expect(findings.map(\.path) == ["docs/c.md"])
  }

  @Test func `a changelog without its section and a target without its page are found`() {
    #expect(DocumentRules.changelog(TextFile(path: "C.md", text: "## 1.0\n")).count == 1)
    let short = TextFile(path: "Sources/Low/README.md", text: "# Low\n")
    #expect(DocumentRules.targetPages(["Low", "High"], pages: [short]).count == 2)
  }
}
