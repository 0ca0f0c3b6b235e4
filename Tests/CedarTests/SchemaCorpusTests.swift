import Foundation
import Testing

@testable import Cedar

@Suite("the schemas of the Cedar project's tests")
struct SchemaCorpusTests {
  @Test("every schema of the corpus is read, written in both syntaxes and read again the same")
  func corpus() throws {
    guard let data = OfficialData.directory else {
      print("skipped: the official Cedar corpus is absent")
      return
    }
    let unpacked = try OfficialData.unpack(data.appending(path: "corpus-tests.tar.gz"))
    defer { try? FileManager.default.removeItem(at: unpacked) }
    let folder = unpacked.appending(path: "corpus-tests")
    var count = 0
    var failures: [String] = []
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where file.hasSuffix(".cedarschema") {
      count += 1
      do {
        let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        try roundTrip(text, file, isThorough: count % 4 == 0)
      } catch {
        failures.append("\(file): \(error)")
      }
    }
    print("corpus: \(count) schemas, \(failures.count) failed")
    #expect(failures.isEmpty, "\(failures.prefix(5).joined(separator: "\n"))")
    #expect(count == 7809)
  }

  @Test("the schemas of the hand-written tests are read, written and read again the same")
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
        try roundTrip(
          String(contentsOf: root.appending(path: file), encoding: .utf8), file, isThorough: true)
        count += 1
      }
    }
    print("hand-written: \(count) schemas")
    #expect(count >= 3)
  }

  private struct Differs: Error { let what: String }

  /// Reads, writes, reads. A thorough trip also writes what was read again, resolved and built.
  private func roundTrip(_ text: String, _ file: String, isThorough: Bool) throws {
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
}
