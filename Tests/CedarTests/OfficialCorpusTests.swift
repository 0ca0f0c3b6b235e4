import Foundation
import Testing

@testable import Cedar

@Suite("the Cedar project's own tests")
struct OfficialCorpusTests {
  struct Tally {
    var passed = 0
    var failures: [String] = []
  }

  @Test("every request of the hand-written tests is answered as expected")
  func handwritten() throws {
    guard let data = OfficialData.directory else {
      print("skipped: the official Cedar tests are absent")
      return
    }
    var tally = Tally()
    let tests = data.appending(path: "tests")
    for area in try FileManager.default.contentsOfDirectory(atPath: tests.path).sorted() {
      let folder = tests.appending(path: area)
      for file in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      where file.hasSuffix(".json") {
        try run(folder.appending(path: file), in: data, &tally)
      }
    }
    print(
      "hand-written: \(tally.passed) requests passed, \(tally.failures.count) failed")
    #expect(tally.failures.isEmpty, "\(tally.failures.prefix(5).joined(separator: "\n"))")
    #expect(tally.passed > 50)
  }

  @Test("every request of the generated corpus is answered as expected")
  func generated() throws {
    guard let data = OfficialData.directory else {
      print("skipped: the official Cedar corpus is absent")
      return
    }
    let unpacked = try OfficialData.unpack(data.appending(path: "corpus-tests.tar.gz"))
    defer { try? FileManager.default.removeItem(at: unpacked) }
    var tally = Tally()
    let folder = unpacked.appending(path: "corpus-tests")
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where file.hasSuffix(".json") && !file.hasSuffix(".entities.json") {
      try run(folder.appending(path: file), in: unpacked, &tally)
    }
    print(
      "corpus: \(tally.passed) requests passed, \(tally.failures.count) failed")
    #expect(tally.failures.isEmpty, "\(tally.failures.prefix(5).joined(separator: "\n"))")
    #expect(tally.passed > 60_000)
  }

  private func run(_ file: URL, in root: URL, _ tally: inout Tally) throws {
    let test = try OfficialData.object(OfficialData.json(file))
    guard let policyFile = test["policies"] as? String,
      let entityFile = test["entities"] as? String
    else { throw OfficialData.Unreadable(what: file.path) }
    let source = try String(contentsOf: root.appending(path: policyFile), encoding: .utf8)
    let policies: PolicySet
    do throws(PolicyParseErrors) {
      policies = try PolicySet.parse(source, file: "policy")
    } catch {
      tally.failures.append("\(file.lastPathComponent): \(error)")
      return
    }
    let entities: Entities
    do {
      entities = try Entities(OfficialData.entities(root.appending(path: entityFile)))
    } catch {
      tally.failures.append("\(file.lastPathComponent): \(error)")
      return
    }
    for expected in try OfficialData.requests(test) {
      let response = Authorizer.isAuthorized(
        expected.request, policies: policies, entities: entities)
      // The tests name policies by their position.
      let reasons = Set(response.determining.map { "policy\($0.index)" })
      let errors = Set(response.errors.map { "policy\($0.policy.index)" })
      if response.decision.rawValue == expected.decision, reasons == expected.reasons,
        errors == expected.errors
      {
        tally.passed += 1
      } else {
        tally.failures.append(
          "\(file.lastPathComponent) \(expected.description): \(response.decision) \(reasons) "
            + "\(response.errors), expected \(expected.decision) \(expected.reasons) "
            + "\(expected.errors)")
      }
    }
  }
}
