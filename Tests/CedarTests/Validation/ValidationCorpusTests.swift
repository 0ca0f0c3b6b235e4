import Foundation
import JSON
import Testing

@testable import Cedar

@Suite("the Cedar project's own verdicts of validation")
struct ValidationCorpusTests {
  private struct Tally: Sendable {
    var passed = 0
    var strict = 0
    var permissive = 0
    var failures: [String] = []

    static func + (left: Tally, right: Tally) -> Tally {
      Tally(
        passed: left.passed + right.passed, strict: left.strict + right.strict,
        permissive: left.permissive + right.permissive, failures: left.failures + right.failures)
    }
  }

  /// Sums up what is found in the cases, both processors at work.
  private static func tally(
    _ names: [String], _ check: @escaping @Sendable (String) throws -> Tally
  ) async throws -> Tally {
    try await withThrowingTaskGroup(of: Tally.self) { group in
      let parts = 4
      for part in 0..<parts {
        group.addTask {
          var sum = Tally()
          for index in stride(from: part, to: names.count, by: parts) {
            sum = sum + (try check(names[index]))
          }
          return sum
        }
      }
      return try await group.reduce(Tally(), +)
    }
  }

  private static func text(_ folder: URL, _ name: String) throws -> String {
    String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
  }

  private static func validator(_ folder: URL, _ name: String) throws -> Validator {
    Validator(schema: try Schema.parse(text(folder, name + ".cedarschema"), file: name))
  }

  @Test("all verdicts of the generated corpora, strict and permissive, are as expected")
  func generated() async throws {
    guard let data = OfficialData.directory else {
      print("skipped: the official Cedar corpus is absent")
      return
    }
    let cases = try OfficialData.unpack(data.appending(path: "corpus-tests.tar.gz"))
    defer { try? FileManager.default.removeItem(at: cases) }
    let verdicts = try OfficialData.unpack(data.appending(path: "corpus-tests-validation.tar.gz"))
    defer { try? FileManager.default.removeItem(at: verdicts) }
    let folder = cases.appending(path: "corpus-tests")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".cedarschema") }.map { String($0.dropLast(12)) }.sorted()
    let verdictFolder = verdicts.appending(path: "corpus-tests-validation")

    let tally = try await ValidationCorpusTests.tally(names) { name in
      var tally = Tally()
      let validator: Validator
      do {
        validator = try ValidationCorpusTests.validator(folder, name)
      } catch {
        return Tally(failures: ["\(name): \(error)"])
      }
      let policies = try PolicySet.parse(
        try ValidationCorpusTests.text(folder, name + ".cedar"), file: "policy")
      let test = try JSONDocument(
        parsing: Array(Data(contentsOf: folder.appending(path: name + ".json"))))
      let strict = validator.validate(policies)
      if strict.isValid == test.root[member: "shouldValidate"]?.bool {
        tally.passed += 1
      } else {
        tally.failures.append("\(name): \(strict.isValid), \(strict)")
      }
      let file = verdictFolder.appending(path: name + ".validation.json")
      guard let bytes = try? Data(contentsOf: file) else { return tally }
      let verdict = try JSONDocument(parsing: Array(bytes))
      let permissive = validator.validate(policies, mode: .permissive)
      for (index, policy) in policies.policies.enumerated() {
        let expected = verdict.root.pointer("/policyValidation/perPolicy/policy\(index)")
        let isStrict = !strict.errors.contains { $0.policy == policy.id }
        let isPermissive = !permissive.errors.contains { $0.policy == policy.id }
        if isStrict == expected?[member: "strict"]?.bool {
          tally.strict += 1
        } else {
          tally.failures.append("\(name) \(policy.id), strict \(isStrict): \(strict)")
        }
        if isPermissive == expected?[member: "permissive"]?.bool {
          tally.permissive += 1
        } else {
          tally.failures.append("\(name) \(policy.id), permissive \(isPermissive): \(permissive)")
        }
      }
      return tally
    }
    print(
      "validation: \(tally.passed) of \(names.count) sets, \(tally.strict) policies strict, "
        + "\(tally.permissive) permissive as expected, \(tally.failures.count) failed")
    #expect(tally.failures.isEmpty, "\(tally.failures.prefix(8).joined(separator: "\n"))")
    #expect(tally.passed > 7_000)
    #expect(tally.strict > 7_000)
    #expect(tally.permissive > 7_000)
  }
}
