import Foundation
import JSON
import Testing

@testable import Cedar

@Suite("the Cedar project's own tests")
struct OfficialCorpusTests {
  struct Tally {
    var passed = 0
    var entityVerdicts = 0
    var requestVerdicts = 0
    var failures: [String] = []

    static func + (left: Tally, right: Tally) -> Tally {
      Tally(
        passed: left.passed + right.passed,
        entityVerdicts: left.entityVerdicts + right.entityVerdicts,
        requestVerdicts: left.requestVerdicts + right.requestVerdicts,
        failures: left.failures + right.failures)
    }
  }

  @Test("every request of the hand-written tests is answered as expected")
  func handwritten() throws {
    guard let data = OfficialData.directory else {
      print("skipped: the official Cedar tests are absent")
      return
    }
    var files: [String] = []
    for area in try OfficialData.files(in: data.appending(path: "tests")) {
      files += try OfficialData.files(in: URL(filePath: area)).filter { $0.hasSuffix(".json") }
    }
    let tally = try OfficialCorpusTests.run(files[...], root: data.path)
    print("hand-written: \(tally.passed) requests passed, \(tally.failures.count) failed")
    #expect(tally.failures.isEmpty, "\(tally.failures.prefix(5).joined(separator: "\n"))")
    #expect(tally.passed > 50)
  }

  @Test("every request of the generated corpus is answered as expected, and all entities are valid")
  func generated() async throws {
    guard let data = OfficialData.directory else {
      print("skipped: the official Cedar corpus is absent")
      return
    }
    let unpacked = try OfficialData.unpack(
      data.appending(path: "corpus-tests.tar.gz"),
      data.appending(path: "corpus-tests-validation.tar.gz"))
    defer { try? FileManager.default.removeItem(at: unpacked) }
    let files = try OfficialData.files(in: unpacked.appending(path: "corpus-tests"))
      .filter { $0.hasSuffix(".json") && !$0.hasSuffix(".entities.json") }
    let root = unpacked.path
    let tally = try await withThrowingTaskGroup(of: Tally.self) { group in
      for half in [files[..<(files.count / 2)], files[(files.count / 2)...]] {
        group.addTask { try OfficialCorpusTests.run(half, root: root) }
      }
      return try await group.reduce(Tally(), +)
    }
    print(
      "corpus: \(tally.passed) requests passed, \(tally.failures.count) failed; verdicts on "
        + "\(tally.entityVerdicts) entities and \(tally.requestVerdicts) requests as expected")
    #expect(tally.failures.isEmpty, "\(tally.failures.prefix(5).joined(separator: "\n"))")
    #expect(tally.passed > 60_000)
    #expect(tally.entityVerdicts > 40_000)
    #expect(tally.requestVerdicts > 60_000)
  }

  private static func run(_ files: ArraySlice<String>, root: String) throws -> Tally {
    let runner = PolicyTestRunner(root: root, read: OfficialData.bytes)
    var tally = Tally()
    for file in files {
      let outcome: PolicyTestOutcome
      do throws(PolicyTestError) {
        outcome = try runner.run(file)
      } catch {
        tally.failures.append("\(error)")
        continue
      }
      for request in outcome.requests {
        if request.passed {
          tally.passed += 1
        } else {
          let words = request.differences.joined(separator: "; ")
          tally.failures.append("\(file) \(request.description): \(words)")
        }
      }
      try compareVerdicts(file, outcome, root, &tally)
    }
    return tally
  }

  /// Compares with the verdicts on entities and requests, of which the corpus has a file for nearly
  /// every test. The runner has found all entities valid, else it would have thrown.
  private static func compareVerdicts(
    _ file: String, _ outcome: PolicyTestOutcome, _ root: String, _ tally: inout Tally
  ) throws {
    let name = URL(filePath: file).deletingPathExtension().lastPathComponent
    let path = "\(root)/corpus-tests-validation/\(name).validation.json"
    guard FileManager.default.fileExists(atPath: path) else { return }
    let expected = try JSONDocument(parsing: OfficialData.bytes(path)).root
    guard let entities = expected.pointer("/entityValidation/perEntity"),
      let requests = expected[member: "requestValidation"]
    else { throw OfficialData.Unreadable(what: path) }
    for (uid, verdict) in entities.members {
      if verdict.count == 0 {
        tally.entityVerdicts += 1
      } else {
        tally.failures.append("\(file): \(uid) is expected to be invalid")
      }
    }
    for (verdict, request) in zip(requests.elements, outcome.requests) {
      if verdict[member: "strict"]?.bool == (request.response != nil) {
        tally.requestVerdicts += 1
      } else {
        tally.failures.append("\(file) \(request.description): another verdict is expected")
      }
    }
  }
}
