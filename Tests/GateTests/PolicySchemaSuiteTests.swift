import Cedar
import Foundation
import JSON
import Testing

@testable import Gate

/// Every schema of the official test suite (json-schema-org/JSON-Schema-Test-Suite), when it lies
/// beside the package: what a tool could list, at its oddest.
@Suite("Types of the official JSON Schema test suite")
struct PolicySchemaSuiteTests {
  private static let root: String = {
    let path = #filePath.split(separator: "/").dropLast(4)
    return "/" + path.joined(separator: "/") + "/shared/data/json-schema-test-suite/tests"
  }()

  @Test(
    "each schema has a type that Cedar reads, and valid instances are of it or the reason is known",
    arguments: ["draft2020-12", "draft7"])
  func suite(_ folder: String) throws {
    let directory = "\(Self.root)/\(folder)"
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
      print("skipped: no JSON Schema test suite")
      return
    }
    var schemas = 0
    var typed = 0
    var conforming = 0
    var others = 0
    for name in names.sorted() where name.hasSuffix(".json") {
      let text = try #require(FileManager.default.contents(atPath: "\(directory)/\(name)"))
      let cases = try JSONDocument(
        parsing: Array(text), limits: JSONLimits(allowsLoneSurrogates: true)
      ).root
      for group in cases.elements {
        let schema = try #require(group[member: "schema"])
        schemas += 1
        // As the one argument of a tool, so that references to the root mean the schema itself.
        let shape = InputShapeReader.shape(of: schema)
        var typer = InputTyper(tool: "t")
        let input = InputShape(
          kinds: .object, members: ["m": InputShape.Member(shape: shape, isRequired: false)])
        let type = typer.input(input)
        var written = ""
        type.write(to: &written)
        let source = """
          entity P; entity R;
          action "a" appliesTo {principal: [P], resource: [R], context: {input: \(written)}};
          """
        #expect(throws: Never.self, "\(name): \(written)") {
          _ = try Schema.parse(source, file: "suite.cedarschema")
        }
        guard case .record(let attributes) = type, let member = attributes.first else {
          #expect(typer.untyped.first?.reason.isEmpty == false)
          continue
        }
        typed += 1
        for test in group[member: "tests"].map({ Array($0.elements) }) ?? []
        where test[member: "valid"]?.bool == true {
          guard let data = test[member: "data"], let value = CedarValue.value(data) else {
            continue
          }
          if Self.conforms(value, to: member.type) { conforming += 1 } else { others += 1 }
        }
      }
    }
    print(
      "JSON Schema \(folder): \(schemas) schemas, \(typed) with a type; \(conforming) valid "
        + "instances are of it, \(others) are not")
    #expect(schemas > 250)
    // Non-objects where `properties` stand without `type`, fractions, keywords that are not read.
    #expect(others * 4 < conforming)
  }

  private static func conforms(_ value: Value, to type: InputType) -> Bool {
    switch (value, type) {
    case (.bool, .bool), (.long, .long), (.string, .string): true
    case (.set(let set), .set(let element)): set.values.allSatisfy { conforms($0, to: element) }
    case (.record(let record), .record(let attributes)):
      attributes.allSatisfy { attribute in
        record[AttributeName(attribute.name)].map { conforms($0, to: attribute.type) }
          ?? !attribute.isRequired
      }
    default: false
    }
  }
}
