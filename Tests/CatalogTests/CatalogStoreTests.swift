import Catalog
import Configuration
import Glibc
import Storage
import Testing
import TestSupport

@Suite("The store of what people decided")
struct CatalogStoreTests {
  private func with(_ body: (_ path: String) throws -> Void) throws {
    let directory = TemporaryDirectory()
    try body(directory.file("catalog.sqlite"))
  }

  private let web = StoredUpstream(name: "web", definition: Array(#"{"url":"https://h"}"#.utf8))

  @Test func `what was changed is there when it is opened again`() throws {
    let changes: [UpstreamChange] = [
      .add(web), .add(StoredUpstream(name: "a", definition: Array("{}".utf8))),
      .enable("git", false), .enable("web", false), .enable("web", true),
      .describe("git", card: Array(#"{"owner":"x"}"#.utf8)),
    ]
    try with { path in
      var expected = UpstreamRegister()
      let store = try CatalogStore(path: path)
      for change in changes {
        try store.apply(change, by: "someone", at: 1)
        expected = expected.after(change)
        #expect(try store.register() == expected)
      }
      let again = try CatalogStore(path: path).register()
      #expect(again == expected)
      #expect(again.upstreams.map(\.name) == ["a", "web"])
      #expect(again.disabled == ["git"])
      #expect(again.notes["git"]?.card == Array(#"{"owner":"x"}"#.utf8))
    }
  }

  @Test func `what was said of an upstream goes with it`() throws {
    try with { path in
      let store = try CatalogStore(path: path)
      let database = try Database(path: path)
      try store.apply(.add(web), by: "someone", at: 1)
      try store.apply(.enable("web", false), by: "someone", at: 2)
      for server in ["web", "other"] {
        try database.run(
          "INSERT INTO pins VALUES (?, 'tools', 'a', 'approved', 'd', x'', NULL, NULL, NULL, 0)",
          [.text(server)])
      }
      try store.apply(.remove("web"), by: "someone", at: 3)
      #expect(try store.register() == UpstreamRegister())
      #expect(try database.rows("SELECT server FROM pins") { $0.text(0) } == ["other"])
    }
  }

  @Test func `a card that is taken away leaves the rest`() {
    let register = UpstreamRegister()
      .after(.describe("a", card: [1])).after(.enable("a", false)).after(.describe("a", card: nil))
    #expect(register.notes["a"] == UpstreamNote(isEnabled: false))
  }
}
