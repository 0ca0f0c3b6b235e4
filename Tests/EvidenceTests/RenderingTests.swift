import JSON
import Testing

@testable import Evidence

@Suite struct RenderingTests {
  private static let hostile = "</td><script>alert(1)</script>&\"'\u{202E}\u{0}"

  private func hostileReport() throws -> EvidenceReport {
    let agent = #"</td><script>alert(1)</script>&\"'\u202E\u0000"#
    return try Ledgers.report(
      [Ledgers.agents, Ledgers.allow("c", agent: agent), #"{"kind":"<b>"}"#])
  }

  @Test func `JSON is canonical and says everything`() throws {
    let report = try Ledgers.report(Ledgers.good)
    let bytes = try report.json()
    let root = try JSONDocument(parsing: bytes).root
    #expect(try JSONCanonical.encode(root) == bytes)
    #expect(try report.json() == bytes)
    #expect(root[member: "controls"]?.count == 20)
    #expect(root[member: "checkpoint"] == nil && root[member: "signature"] == nil)
    let first = try #require(root[member: "controls"]?[element: 0])
    #expect(first[member: "result"]?.string == "partial")
    let test = try #require(first[member: "tests"]?[element: 0])
    #expect(test[member: "population"]?[member: "count"]?.int64 == 2)
    #expect(test[member: "sample"]?.count == 2)
    #expect(test[member: "sample"]?[element: 0]?[member: "proof"] == nil)
    let uncovered = try #require(first[member: "tests"]?[element: 3])
    #expect(uncovered[member: "result"]?.string == "not covered")
    #expect(uncovered[member: "reason"]?.string?.isEmpty == false)
  }

  @Test func `proofs, checkpoint and signature have their places`() throws {
    var report = try Ledgers.report(Ledgers.good)
    report.checkpoint = "origin\n8\nroot\n"
    report.signature = "signed"
    report.findings[0].tests[0].sample[0].proof = ["aa", "bb"]
    let root = try JSONDocument(parsing: try report.json()).root
    #expect(root[member: "checkpoint"]?.string == "origin\n8\nroot\n")
    #expect(root[member: "signature"]?.string == "signed")
    let test = root[member: "controls"]?[element: 0]?[member: "tests"]?[element: 0]
    #expect(test?[member: "sample"]?[element: 0]?[member: "proof"]?.count == 2)
    let page = String(decoding: report.html(), as: UTF8.self)
    #expect(page.contains("aa bb") && page.contains(">signed<"))
    #expect(!page.contains("this report is not signed"))
  }

  @Test func `a page needs nothing else and runs nothing`() throws {
    let page = String(decoding: try hostileReport().html(), as: UTF8.self)
    for word in [
      "<script", "src=", "href=", "http:", "https:", "url(", "@import", "onload", "javascript",
    ] {
      #expect(!page.lowercased().contains(word), "\(word)")
    }
    #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;\\u{202e}\\u{0}"))
    #expect(page.contains("&lt;b&gt;"))
    #expect(!page.unicodeScalars.contains("\u{202E}"))
  }

  /// Every element that is opened is closed in its place.
  @Test func `a page is well formed`() throws {
    for report in [try Ledgers.report([]), try Ledgers.report(Ledgers.good), try hostileReport()] {
      let page = String(decoding: report.html(), as: UTF8.self)
      var open: [Substring] = []
      for tag in page.matches(of: /<(\/?)([a-z0-9]+)[^>]*>/) {
        let name = tag.output.2
        if ["meta"].contains(name) { continue }
        if tag.output.1.isEmpty {
          open.append(name)
        } else {
          #expect(open.popLast() == name)
        }
      }
      #expect(open.isEmpty)
      for control in Control.all { #expect(page.contains("\(control.number). \(control.title)")) }
      #expect(page.contains("this report is not signed"))
    }
  }

  @Test func `results are words, not colours`() throws {
    let page = String(decoding: try Ledgers.report(Ledgers.good).html(), as: UTF8.self)
    #expect(page.contains("– not covered") && page.contains("◐ partial"))
    #expect(page.contains("@media print"))
  }
}
