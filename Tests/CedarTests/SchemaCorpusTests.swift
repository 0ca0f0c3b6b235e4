import Foundation
import Testing

@testable import Cedar

@Suite("the schemas of the Cedar project's tests")
struct SchemaCorpusTests {
  private struct Tally: Sendable {
    var read = 0
    var formatted = 0
    var failures: [String] = []

    static func + (left: Tally, right: Tally) -> Tally {
      Tally(
        read: left.read + right.read, formatted: left.formatted + right.formatted,
        failures: left.failures + right.failures)
    }
  }

  @Test(
    """
    every schema of the corpus is read, written in both syntaxes and read again the same, and an \
    eighth of them is formatted
    """)
  func corpus() async throws {
    guard let data = OfficialData.directory else {
      print("skipped: the official Cedar corpus is absent")
      return
    }
    let unpacked = try OfficialData.unpack(data.appending(path: "corpus-tests.tar.gz"))
    defer { try? FileManager.default.removeItem(at: unpacked) }
    let files = try OfficialData.files(in: unpacked.appending(path: "corpus-tests"))
      .filter { $0.hasSuffix(".cedarschema") }
    let tally = await withTaskGroup(of: Tally.self) { group in
      for parity in 0..<2 {
        group.addTask {
          var tally = Tally()
          for index in stride(from: parity, to: files.count, by: 2) {
            do {
              let text = String(decoding: try OfficialData.bytes(files[index]), as: UTF8.self)
              try SchemaCorpusTests.roundTrip(
                text, files[index], isThorough: index % 8 < 2)
              tally.read += 1
              guard index % 16 < 2 else { continue }
              try SchemaCorpusTests.format(text, files[index], width: 20 + index % 90)
              tally.formatted += 1
            } catch {
              tally.failures.append("\(files[index]): \(error)")
            }
          }
          return tally
        }
      }
      return await group.reduce(Tally(), +)
    }
    print(
      "corpus: \(tally.read) schemas, \(tally.formatted) formatted, "
        + "\(tally.failures.count) failed")
    #expect(tally.failures.isEmpty, "\(tally.failures.prefix(5).joined(separator: "\n"))")
    #expect(tally.read == 7809)
    #expect(tally.formatted == 977)
  }

  @Test(
    "the schemas of the hand-written tests are read, written, formatted and read again the same")
  func handwritten() throws {
    guard let data = OfficialData.directory else {
      print("skipped: the official Cedar tests are absent")
      return
    }
    var count = 0
    for folder in ["sample-data", "speed"] {
      let root = data.appending(path: folder)
      for file in try FileManager.default.subpathsOfDirectory(atPath: root.path)
      where file.hasSuffix(".cedarschema") {
        let text = try String(contentsOf: root.appending(path: file), encoding: .utf8)
        try SchemaCorpusTests.roundTrip(text, file, isThorough: true)
        try SchemaCorpusTests.format(text, file, width: 80)
        count += 1
      }
    }
    print("hand-written: \(count) schemas")
    #expect(count >= 3)
  }

  private struct Differs: Error { let what: String }

  /// Reads, writes, reads. A thorough trip also writes what was read again, resolved and built.
  private static func roundTrip(_ text: String, _ file: String, isThorough: Bool) throws {
    let syntax = try SchemaSyntax(parsing: text, file: file)
    let schema = try Schema(resolving: syntax)
    let json = syntax.json
    let again = try SchemaSyntax(json: json, file: "\(file).json")
    let printed = try syntax.text()
    guard try Schema.parse(printed, file: file) == schema else { throw Differs(what: "text") }
    guard try Schema(resolving: again) == schema else { throw Differs(what: "JSON") }
    guard isThorough else { return }
    guard again.json == json else { throw Differs(what: "JSON of JSON") }
    guard try again.text() == printed else { throw Differs(what: "text of JSON") }
    let third = try SchemaSyntax(parsing: printed, file: file)
    guard third.json == json else { throw Differs(what: "JSON of text") }
    guard try third.text() == printed else { throw Differs(what: "text of text") }
    guard try Schema.parse(schema.text, file: file) == schema else {
      throw Differs(what: "text of the resolved schema")
    }
    let built = try Schema(
      entityTypes: Array(schema.entityTypes.values), actions: Array(schema.actions.values))
    guard built == schema else { throw Differs(what: "built schema") }
  }

  /// Formats, which changes no meaning, and once more, which changes nothing.
  private static func format(_ text: String, _ file: String, width: Int) throws {
    let formatted = try SchemaFormatter.format(text, file: file, width: width)
    guard try SchemaFormatter.format(formatted, file: file, width: width) == formatted else {
      throw Differs(what: "formatting again")
    }
    let written = try SchemaSyntax(parsing: text, file: file).json
    guard try SchemaSyntax(parsing: formatted, file: file).json == written else {
      throw Differs(what: "the formatted schema")
    }
  }
}
