import Testing

@testable import Console

@Suite("Where a page may lead next")
struct LocalPathTests {
  @Test(
    arguments: [
      "/console", "/console/approvals", "/console/approvals/apr_0a1B-2.c~d",
      "/console/sign-in?next=%2Fconsole%2Faccount&fresh=1", "/console?a=b+c",
    ])
  func `a path of the console is one`(text: String) {
    #expect(LocalPath(checking: text)?.description == text)
  }

  @Test(
    arguments: [
      "", "/", "//evil.example", "//evil.example/console", "/\\evil.example", "\\\\evil.example",
      "https://evil.example/console", "http:console", "javascript:alert(1)", "console",
      "/console//evil.example", "/console/", "/console/..", "/console/../admin", "/console/./a",
      "/console/%2e%2e/a", "/console/%2f%2fevil.example", "/console\\evil", "/console/a\\b",
      "/consolexyz", "/console@evil.example", "/console:80", "/console#a", "/console/a#b",
      "/console?a=b#c", "/console?next=//evil.example", "/console?a=\\", "/console?a b",
      " /console", "/console ", "/console\t", "/console\n", "/console\r\nLocation: //evil.example",
      "/console\u{0}", "/console/é", "/console/\u{2028}", "\u{FEFF}/console", "/Console",
      "/%63onsole", "/console;a", "/console/" + String(repeating: "a", count: 600),
    ])
  func `what could lead elsewhere is none`(text: String) {
    #expect(LocalPath(checking: text) == nil)
  }

  @Test func `the way to the sign-in comes back to where it began`() throws {
    let here = try #require(LocalPath(checking: "/console/approvals/a?full=1&x=%20"))
    let path = SignInPath.to(here, anew: true)
    let query = try #require(path.description.split(separator: "?").last)
    let fields = try #require(FormFields(query.utf8))
    #expect(SignInPath.next(fields) == here)
    #expect(fields["fresh"] == "1")
  }

  @Test(arguments: ["//evil.example", "/\\evil.example", "/console/../x", "https://evil.example"])
  func `a way that leads out ends at the console`(next: String) throws {
    var fields = try #require(FormFields("next=\(next)".utf8))
    #expect(SignInPath.next(fields) == .console)
    fields = try #require(FormFields("next=/console/account&next=\(next)".utf8))
    #expect(SignInPath.next(fields) == .console)
  }
}
