import Foundation
import Testing

@testable import JSON

/// The official test suite (json-schema-org/JSON-Schema-Test-Suite), when it lies beside the
/// package.
@Suite("The official JSON Schema test suite")
struct JSONSchemaSuiteTests {
  struct Tally {
    var passed = 0
    var failures: [String] = []
  }

  static let root: String = {
    var path = #filePath.split(separator: "/").dropLast(3)
    path.removeLast()
    return "/" + path.joined(separator: "/") + "/shared/data/json-schema-test-suite"
  }()

  @Test(
    "passes as far as it is required",
    arguments: [("draft2020-12", JSONSchemaDialect.draft2020_12), ("draft7", .draft7)])
  func required(_ folder: String, _ dialect: JSONSchemaDialect) throws {
    guard FileManager.default.fileExists(atPath: Self.root) else {
      print("skipped: no JSON Schema test suite")
      return
    }
    var total = Tally()
    for file in try Self.files("\(Self.root)/tests/\(folder)") {
      let tally = try Self.run(file, dialect, .annotated)
      total.passed += tally.passed
      total.failures += tally.failures
    }
    print("JSON Schema \(folder): \(total.passed) passed, \(total.failures.count) failed")
    #expect(total.passed > 900)
    #expect(total.failures.isEmpty, "\(total.failures.joined(separator: "\n"))")
  }

  /// How many optional tests fail, by file; the README says why.
  static let uncovered = [
    "draft2020-12/optional/format/ecmascript-regex.json": 1,
    "draft2020-12/optional/format/hostname.json": 23,
    "draft2020-12/optional/format/idn-hostname.json": 54,
    "draft7/optional/content.json": 4,
    "draft7/optional/format/ecmascript-regex.json": 1,
    "draft7/optional/format/hostname.json": 23,
    "draft7/optional/format/idn-hostname.json": 54,
  ]

  @Test(
    "passes as far as it is optional, but for what is named",
    arguments: [("draft2020-12", JSONSchemaDialect.draft2020_12), ("draft7", .draft7)])
  func optional(_ folder: String, _ dialect: JSONSchemaDialect) throws {
    guard FileManager.default.fileExists(atPath: Self.root) else {
      print("skipped: no JSON Schema test suite")
      return
    }
    for part in ["optional", "optional/format"] {
      for file in try Self.files("\(Self.root)/tests/\(folder)/\(part)") {
        let tally = try Self.run(file, dialect, part == "optional" ? .annotated : .asserted)
        let name = "\(folder)/\(part)/\(file.split(separator: "/").last ?? "")"
        print("JSON Schema \(name): \(tally.passed) passed, \(tally.failures.count) failed")
        #expect(
          tally.failures.count == Self.uncovered[name] ?? 0,
          "\(tally.failures.joined(separator: "\n"))")
      }
    }
  }

  static func files(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".json") }.sorted().map { "\(folder)/\($0)" }
  }

  static func document(_ path: String) throws -> JSONDocument {
    let data = try #require(FileManager.default.contents(atPath: path))
    return try JSONDocument(
      parsing: Array(data), limits: JSONLimits(allowsLoneSurrogates: true))
  }

  static let remotes: [String: JSONNode] = {
    var found: [String: JSONNode] = [:]
    for case let path as String in FileManager.default.enumerator(atPath: root + "/remotes")
      ?? .init()
    {
      guard path.hasSuffix(".json"), let remote = try? document("\(root)/remotes/\(path)") else {
        continue
      }
      found["http://localhost:1234/\(path)"] = remote.root
    }
    return found
  }()

  static func run(
    _ path: String, _ dialect: JSONSchemaDialect, _ formats: JSONSchemaFormats
  ) throws -> Tally {
    var tally = Tally()
    for group in try document(path).root.elements {
      let title =
        "\(path.split(separator: "/").last ?? ""): \(group[member: "description"]?.string ?? "")"
      let schema: JSONSchema
      do {
        schema = try JSONSchema(
          compiling: #require(group[member: "schema"]), dialect: dialect, resources: remotes,
          formats: formats)
      } catch {
        tally.failures.append("\(title): \(error)")
        continue
      }
      for test in try #require(group[member: "tests"]).elements {
        let instance = try #require(test[member: "data"])
        let isValid = schema.isValid(instance)
        let violations = schema.validate(instance)
        if isValid == test[member: "valid"]?.bool, isValid == violations.isEmpty {
          tally.passed += 1
        } else {
          tally.failures.append(
            "\(title) / \(test[member: "description"]?.string ?? ""): got \(isValid) \(violations)")
        }
      }
    }
    return tally
  }
}
