internal import Logging

extension EvidenceReport {
  /// The report as one page that needs nothing else: no script, no other file, and readable in
  /// print and without colours.
  public func html() -> [UInt8] {
    var page = HTMLText()
    page.markup(Self.head)
    page.markup("<body>\n<header>\n<h1>Evidence report</h1>\n")
    writeSubject(to: &page)
    page.markup("</header>\n<main>\n")
    writeOverview(to: &page)
    writeVersions(to: &page)
    for finding in findings { finding.write(to: &page) }
    writeProofs(to: &page)
    page.markup("</main>\n</body>\n</html>\n")
    return Array(page.text.utf8)
  }

  private func writeSubject(to page: inout HTMLText) {
    page.markup("<table>\n")
    page.row("Period", "\(Self.time(subject.since)) up to \(Self.time(subject.until))")
    page.row("Ledger", subject.ledger)
    if let first = subject.first, let last = subject.last {
      page.row("Records", "\(subject.records), from \(first) to \(last)")
    } else {
      page.row("Records", "none in the period")
    }
    page.row("Looked at", "\(subject.examined) records, those before the period included")
    page.row("Made", "\(Self.time(subject.made)) by Sallyport \(subject.program)")
    page.row(
      "Signature", signature == nil ? "none: this report is not signed" : "see the last section")
    page.markup("</table>\n")
  }

  private func writeOverview(to page: inout HTMLText) {
    page.markup("<h2>Overview</h2>\n<table>\n<thead><tr><th scope=\"col\">Result</th>")
    page.markup("<th scope=\"col\">Controls</th><th scope=\"col\">Means</th></tr></thead>\n<tbody>")
    for result in EvidenceResult.allCases {
      page.markup("<tr><th scope=\"row\">")
      page.write(result.shown)
      page.markup("</th><td>")
      let numbers = findings.filter { $0.result == result }.map { "\($0.control.number)" }
      page.write(numbers.isEmpty ? "none" : numbers.joined(separator: ", "))
      page.markup("</td><td>")
      page.write(result.meaning)
      page.markup("</td></tr>\n")
    }
    page.markup("</tbody></table>\n<table>\n<caption>Records by kind</caption>\n")
    for (kind, count) in kinds.sorted(by: { $0.key < $1.key }) { page.row(kind, "\(count)") }
    page.markup("</table>\n")
  }

  private func writeVersions(to page: inout HTMLText) {
    page.markup("<h2>Versions in force</h2>\n<table>\n<thead><tr><th scope=\"col\">Of</th>")
    page.markup("<th scope=\"col\">Digest</th><th scope=\"col\">Since record</th></tr></thead>\n")
    page.markup("<tbody>")
    for version in versions {
      page.markup("<tr><td>")
      page.write(version.of)
      page.markup("</td><td>")
      page.element("code", version.version)
      page.markup("</td><td>")
      page.write("\(version.sequence)")
      page.markup("</td></tr>\n")
    }
    page.markup("</tbody></table>\n")
  }

  private func writeProofs(to page: inout HTMLText) {
    page.markup("<section>\n<h2>Proofs</h2>\n")
    page.element("h3", "Checkpoint")
    page.element("pre", checkpoint ?? "None is attached.")
    page.element("h3", "Signature")
    page.element("pre", signature ?? "None is attached.")
    page.markup("</section>\n")
  }

  static func time(_ microseconds: Int64) -> String {
    UTCTimestamp(milliseconds: microseconds / 1000).description
  }

  private static let head: StaticString = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy"
      content="default-src 'none'; style-src 'unsafe-inline'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Evidence report</title>
    <style>
    body { font: 15px/1.5 system-ui, sans-serif; color: #111; background: #fff; max-width: 60rem;
      margin: 2rem auto; padding: 0 1rem; }
    h1 { font-size: 1.8rem; } h2 { font-size: 1.3rem; margin-top: 2.5rem; }
    h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
    table { border-collapse: collapse; margin: .6rem 0 1rem; }
    th, td { border: 1px solid #999; padding: .25rem .6rem; text-align: left; vertical-align: top;
      overflow-wrap: anywhere; }
    caption { text-align: left; font-weight: bold; }
    code, pre { font-family: ui-monospace, monospace; font-size: .85rem; white-space: pre-wrap;
      overflow-wrap: anywhere; }
    .result { font-weight: bold; border: 2px solid #111; padding: 0 .5rem; }
    @media print { body { margin: 0; max-width: none; font-size: 10pt; }
      h2, h3, thead { break-after: avoid; } tr { break-inside: avoid; } }
    </style>
    </head>

    """
}

extension EvidenceResult {
  /// The word, with a sign for those who look quickly.
  var shown: String {
    switch self {
    case .pass: "✓ pass"
    case .fail: "✗ fail"
    case .partial: "◐ partial"
    case .notCovered: "– not covered"
    }
  }

  var meaning: String {
    switch self {
    case .pass: "every test passed"
    case .fail: "at least one record is an exception"
    case .partial: "what could be tested passed, the rest was not tested"
    case .notCovered: "this ledger shows nothing of it"
    }
  }
}

extension ControlFinding {
  fileprivate func write(to page: inout HTMLText) {
    page.markup("<section>\n<h2>")
    page.write("\(control.number). \(control.title)")
    page.markup("</h2>\n")
    page.element("p", control.statement)
    page.markup("\n<p>")
    page.element("span", result.shown, class: "result")
    page.markup("</p>\n<table>\n<caption>Maps to</caption>\n")
    for mapping in control.mappings {
      page.row(
        mapping.framework.rawValue,
        mapping.references.isEmpty ? "as a whole" : mapping.references.joined(separator: ", "))
    }
    page.markup("</table>\n")
    for test in tests { test.write(to: &page) }
    page.markup("</section>\n")
  }
}

extension TestFinding {
  fileprivate func write(to page: inout HTMLText) {
    page.element("h3", statement)
    page.markup("\n<table>\n")
    page.row("Result", result.shown)
    if let reason { page.row("Why", reason) }
    if !population.isEmpty { page.row("Population", "\(count) \(population)") }
    if exceptionCount > 0 { page.row("Exceptions", "\(exceptionCount)") }
    page.markup("</table>\n")
    writeExceptions(to: &page)
    writeSample(to: &page)
  }

  private func writeExceptions(to page: inout HTMLText) {
    guard !exceptions.isEmpty else { return }
    page.markup("<table>\n<caption>Exceptions</caption>\n<thead><tr><th scope=\"col\">Record</th>")
    page.markup("<th scope=\"col\">What is wrong</th></tr></thead>\n<tbody>")
    for exception in exceptions { page.row("\(exception.sequence)", exception.reason) }
    page.markup("</tbody></table>\n")
    if exceptionCount > exceptions.count {
      page.element("p", "The first \(exceptions.count) of \(exceptionCount) are shown.")
    }
  }

  private func writeSample(to page: inout HTMLText) {
    guard !sample.isEmpty else { return }
    page.markup("<details open>\n<summary>")
    page.write("Sample: \(sample.count) of \(count)")
    page.markup("</summary>\n<table>\n<thead><tr><th scope=\"col\">Record</th>")
    page.markup("<th scope=\"col\">Leaf hash</th><th scope=\"col\">Test</th>")
    page.markup("<th scope=\"col\">Proof</th></tr></thead>\n<tbody>")
    for record in sample {
      page.markup("<tr><th scope=\"row\">")
      page.write("\(record.sequence)")
      page.markup("</th><td>")
      page.element("code", record.leafHash)
      page.markup("</td><td>")
      page.write(record.isException ? "exception" : "passed")
      page.markup("</td><td>")
      page.write(record.proof.map { $0.joined(separator: " ") } ?? "none attached")
      page.markup("</td></tr>\n")
    }
    page.markup("</tbody></table>\n</details>\n")
  }
}
