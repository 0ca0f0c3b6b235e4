import Identity
import Testing

@testable import Console

@Suite("Pages")
struct PageTests {
  private func written(_ body: (inout HTMLWriter) -> Void) -> String {
    var writer = HTMLWriter()
    body(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func `what comes from outside stays text`() {
    let hostile = #"<script>"&'</script>"#
    let escaped = "&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;"
    #expect(written { $0.text(hostile) } == escaped)
    #expect(
      written { $0.element("p", ["title": hostile], hostile) }
        == "<p title=\"\(escaped)\">\(escaped)</p>")
  }

  @Test func `what could hide or turn text is shown`() {
    #expect(
      written { $0.text("a\u{202E}b\u{0}c\u{200B}d\u{2028}e\n") }
        == "a⟨U+202E⟩b⟨U+0⟩c⟨U+200B⟩d⟨U+2028⟩e\n")
  }

  @Test func `a form holds its token, and a field its label and hint`() throws {
    let path = try #require(LocalPath(checking: "/console/a"))
    let html = written {
      $0.form(to: path, token: "T") { $0.field("Name", name: "n", hint: "H", ["required": ""]) }
    }
    #expect(
      html == """
        <form method="post" action="/console/a">\
        <input type="hidden" name="csrf" value="T">\
        <label for="n">Name</label><p class="hint" id="n-hint">H</p>\
        <input id="n" name="n" aria-describedby="n-hint" required=""></form>
        """)
  }

  @Test func `the head names who is signed in, and the part that is shown`() {
    let person = Person(name: "<alice>", authentication: Authentication())
    let section = ConsoleSection("Approvals", at: LocalPath("/console/approvals"))
    let other = ConsoleSection("Grants", at: LocalPath("/console/approvals-2"))
    let frame = PageFrame(
      sections: [section, other], person: person, token: "T", path: "/console/approvals/1")
    let html = String(decoding: frame.render(ConsolePage("A & B") { _ in }), as: UTF8.self)
    #expect(html.hasPrefix("<!doctype html>\n<html lang=\"en\">"))
    #expect(html.contains("<title>A &amp; B · Sallyport</title>"))
    #expect(html.contains("&lt;alice&gt;"))
    #expect(html.contains("<a href=\"/console/approvals\" aria-current=\"page\">Approvals</a>"))
    #expect(html.contains("<a href=\"/console/approvals-2\">Grants</a>"))
    #expect(!html.contains("style="))
  }

  @Test func `a route takes its own method and path`() {
    let table = RouteTable(routes: [
      ConsoleRoute(.get, "/console/a/*/b") { _ in .redirect(to: .console) },
      ConsoleRoute(.post, "/console/a/*/b") { _ in .redirect(to: .console) },
    ])
    guard case .route(_, let parts) = table.match("POST", "/console/a/x-1/b") else {
      Issue.record("no route")
      return
    }
    #expect(parts == ["x-1"])
    guard case .otherMethod(let allowed) = table.match("PUT", "/console/a/x/b") else {
      Issue.record("a method too many")
      return
    }
    #expect(allowed == "GET, POST")
    for path in ["/console/a/b", "/console/a/x/b/c", "/console/a/x/b/", "/console//a/x/b", "/"] {
      guard case .none = table.match("GET", path) else {
        Issue.record("\(path) leads somewhere")
        continue
      }
    }
  }
}
