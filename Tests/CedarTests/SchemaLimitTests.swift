import Testing

@testable import Cedar

@Suite("limits of schemas")
struct SchemaLimitTests {
  private func errors(
    _ text: String, _ change: (inout SchemaLimits) -> Void = { _ in }
  ) -> [String] {
    var limits = SchemaLimits()
    change(&limits)
    do throws(SchemaErrors) {
      _ = try Schema.parse(text, file: "s", limits: limits)
      return []
    } catch {
      return error.errors.map(schemaMessage)
    }
  }

  @Test("a source has a size")
  func size() {
    #expect(
      errors("entity A; entity B;") { $0.sourceBytes = 10 }
        == ["1:1 the source has 19 bytes, more than the limit of 10"])
    #expect(errors("entity A;\n") { $0.sourceBytes = 10 }.isEmpty)
  }

  @Test("declarations are counted over all sources")
  func declarations() {
    #expect(errors("entity A, B; action a;") { $0.declarations = 3 }.isEmpty)
    #expect(
      errors("entity A, B; action a, b;") { $0.declarations = 3 }
        == ["the schema has 4 declarations, more than the limit of 3"])
  }

  @Test("sets and records nest to a depth, and not deeper")
  func nesting() {
    func sets(_ depth: Int) -> String {
      "type T = " + String(repeating: "Set<", count: depth) + "Long"
        + String(repeating: ">", count: depth) + ";"
    }
    func records(_ depth: Int) -> String {
      "entity A " + String(repeating: "{a:", count: depth) + "Long"
        + String(repeating: "}", count: depth) + ";"
    }
    #expect(errors(sets(64)).isEmpty)
    #expect(errors(sets(65)) == ["1:266 types nest deeper than the limit of 64"])
    #expect(errors(records(64)).isEmpty)
    #expect(errors(records(65)) == ["1:202 types nest deeper than the limit of 64"])
    #expect(errors(sets(200_000)).count == 1)
    #expect(errors(records(200_000)).count == 1)
    #expect(errors(String(repeating: "{", count: 200_000)).count == 1)
  }

  @Test("what is 64 deep passes through JSON")
  func nestingInJSON() throws {
    let text =
      "entity A " + String(repeating: "{a: ", count: 64) + "Long"
      + String(repeating: "}", count: 64) + ";"
    let syntax = try SchemaSyntax(parsing: text, file: "s")
    let again = try SchemaSyntax(json: syntax.json, file: "s")
    #expect(again.json == syntax.json)
    let element = #"{"type":"Set","element":"#
    let json = { (depth: Int) in
      #"{"":{"entityTypes":{},"actions":{},"commonTypes":{"T":"#
        + String(repeating: element, count: depth) + #"{"type":"Long"}"#
        + String(repeating: "}", count: depth + 3)
    }
    _ = try Schema.parse(json: json(64), file: "s")
    #expect(throws: SchemaErrors.self) { try Schema.parse(json: json(65), file: "s") }
    #expect(throws: SchemaErrors.self) { try Schema.parse(json: json(100_000), file: "s") }
  }

  @Test("common types that nest by naming each other are as deep as when written out")
  func expandedNesting() {
    let chain = (0..<70).map { "type T\($0) = Set<T\($0 + 1)>;" }.joined(separator: "\n")
    #expect(
      errors(chain + "type T70 = Long;").first
        == "6:15 with the common types put in, this type nests deeper than the limit of 64")
    let aliases = (0..<50_000).map { "type T\($0) = T\($0 + 1);" }.joined()
    #expect(errors(aliases + "type T50000 = Long;").isEmpty)
  }

  @Test("common types that double each other do not take exponential time")
  func doubling() {
    let doubling = (0..<60).map { "type T\($0) = { a: T\($0 + 1), b: T\($0 + 1) };" }.joined()
    let found = errors(doubling + "type T60 = Long;")
    #expect(found.count == 1)
    #expect(
      found.first?.hasSuffix(
        "with the common types put in, the schema has more types than the limit of 4000000")
        == true)
  }

  @Test("hierarchies are followed for a number of steps")
  func hierarchies() {
    let chain = (0..<1_000).map { "entity T\($0) in T\($0 + 1);" }.joined() + "entity T1000;"
    #expect(errors(chain).isEmpty)
    #expect(
      errors(chain) { $0.ancestorSteps = 10_000 } == [
        "finding all ancestors takes more than the limit of 10000 steps"
          + " | make the hierarchy of entity types or actions flatter"
      ])
  }

  @Test("errors are reported up to a number")
  func reportedErrors() {
    let source = String(repeating: "entity 1;\n", count: 50)
    #expect(errors(source).count == 20)
    #expect(errors(source) { $0.reportedErrors = 3 }.count == 3)
    #expect(errors(source) { $0.reportedErrors = 0 }.count == 1)
    let unknown = String(repeating: "X, ", count: 30)
    #expect(errors("entity A in [\(unknown) X];").count == 20)
    #expect(errors("entity A" + String(repeating: ", A", count: 50_000) + ";").count == 20)
    do throws(SchemaErrors) {
      _ = try Schema.parse(source, file: "s")
    } catch {
      #expect(!error.isComplete)
      #expect(error.description.hasSuffix("more errors may follow; fix these first"))
    }
  }

  @Test(
    "hostile sources are refused and not trapped on",
    arguments: [
      "\0", "\"", "entity \"\u{0}", "@", "@a(", "entity A enum [", "namespace",
      "namespace N {", "namespace N { entity", "}", "{{{{", "entity A { a: Set<", "type T = {",
      "action a in [", "action a appliesTo {", "entity A { \"\\u{110000}\": Long };", "é",
      "entity A { a: Long } } }", "type = ;", "entity A in ::B;", "entity A in B::;",
      "entity A { ? : Long };", "action \"a\"::\"b\";", "action a in A::B;", "entity A {,};",
    ])
  func hostile(source: String) {
    #expect(!errors(source).isEmpty)
    #expect(throws: SchemaErrors.self) { try Schema.parse(json: source, file: "s") }
  }
}
