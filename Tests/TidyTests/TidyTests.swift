import Testing

/// Fails with every place and why.
private func expectNone(
  _ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation
) {
  guard !findings.isEmpty else { return }
  let list = findings.map(\.description).joined(separator: "\n")
  Issue.record("\(findings.count) findings:\n\(list)", sourceLocation: sourceLocation)
}

@Suite("Targets keep their place")
struct FloorTests {
  private static let pagePath = "docs/architecture.md"

  private func floors() throws -> Floors {
    Floors(table: try #require(Tree.file(Self.pagePath)))
  }

  @Test("the manifest says what the table of the architecture page says")
  func manifest() throws {
    let floors = try floors()
    #expect(floors.uses.count >= 14, "the table was not read")
    let manifest = Floors(manifest: try #require(Tree.file("Package.swift")))
    expectNone(floors.differences(from: manifest, in: Self.pagePath))
  }

  @Test("no target uses one that is not below it")
  func order() throws {
    expectNone(try floors().upwardUses(in: Self.pagePath))
  }

  @Test("no file imports what its target may not use")
  func imports() throws {
    let floors = try floors()
    expectNone(
      floors.uses.flatMap {
        floors.forbiddenImports(in: Tree.files(under: "Sources/\($0.target)"), of: $0.target)
      })
  }

  @Test("every folder of Sources is a target of the table")
  func folders() throws {
    let known = Set(try floors().uses.map(\.target))
    let folders = Set(Tree.files(under: "Sources").compactMap { $0.path.split(separator: "/")[1] })
    #expect(folders.count >= 14)
    #expect(folders.filter { !known.contains(String($0)) }.isEmpty)
  }

  @Test("the program is not linked to Foundation", arguments: ["debug", "release"])
  func linking(configuration: String) throws {
    let program = "\(Tree.root)/.build/\(configuration)/sallyport"
    guard let names = LinkedLibraries.all(of: program) else {
      print("skipped: there is no \(configuration) build of sallyport")
      return
    }
    #expect(names.contains { $0.hasPrefix("libc.so") }, "ldd was not understood")
    expectNone(LinkedLibraries.foundation(in: names, of: program))
  }
}

@Suite("Corners of the protocol")
struct CornerTests {
  @Test("each hard corner of the reference has a test that names it")
  func corners() throws {
    let listed = Corners.listed(in: try #require(Tree.file(Corners.page)))
    #expect(listed == Array(1...22), "the table was not read")
    let tested = Corners.tested(
      in: Tree.files(under: "Tests").filter { !$0.path.hasPrefix("Tests/TidyTests/") })
    let missing = listed.filter { !tested.contains($0) }
    #expect(missing.isEmpty, "no test names these corners: \(missing)")
  }
}

@Suite("Texts are tidy")
struct TextTests {
  /// These files name what they look for.
  private var others: [TextFile] { Tree.files.filter { !$0.path.hasPrefix("Tests/TidyTests/") } }

  @Test("nothing is left undone without an issue, and nothing crashes on purpose")
  func words() {
    #expect(others.count > 200, "the tree was not read")
    expectNone(others.flatMap { TextRules.words(in: $0) })
  }

  @Test("files end with a newline; Swift has no tabs and no long lines")
  func layout() {
    expectNone(Tree.files.flatMap { TextRules.layout(of: $0) })
  }

  @Test("nothing names a place of one machine or network")
  func places() {
    expectNone(others.flatMap { TextRules.places(in: $0) })
  }
}

@Suite("Pages hang together")
struct DocumentTests {
  private var pages: [TextFile] { Tree.files.filter(\.isMarkdown) }

  @Test("every link leads somewhere")
  func links() {
    #expect(pages.count > 14)
    expectNone(DocumentRules.brokenLinks(in: pages, exists: Tree.exists))
  }

  @Test("every page of docs can be reached from the README or the index")
  func reachable() {
    expectNone(DocumentRules.unreachable(pages, from: ["README.md", "docs/README.md"]))
  }

  @Test("every target has a page")
  func targets() throws {
    let floors = Floors(table: try #require(Tree.file("docs/architecture.md")))
    expectNone(DocumentRules.targetPages(floors.uses.map(\.target), pages: pages))
  }

  @Test("the changelog has an Unreleased section")
  func changelog() throws {
    expectNone(DocumentRules.changelog(try #require(Tree.file("CHANGELOG.md"))))
  }
}
