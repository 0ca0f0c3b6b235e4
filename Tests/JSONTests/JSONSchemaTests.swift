import Testing

@testable import JSON

@Suite("A JSON Schema")
struct JSONSchemaTests {
  private func schema(
    _ source: String, resources: [String: String] = [:], formats: JSONSchemaFormats = .annotated
  ) throws -> JSONSchema {
    var nodes: [String: JSONNode] = [:]
    for (uri, text) in resources { nodes[uri] = try parse(text).root }
    return try JSONSchema(compiling: parse(source).root, resources: nodes, formats: formats)
  }

  private func objections(_ schemaSource: String, _ instance: String) throws -> [String] {
    try schema(schemaSource).validate(parse(instance).root).map(\.description)
  }

  @Test(
    "says what to change",
    arguments: [
      (
        #"{"properties":{"amount":{"type":"integer"}}}"#, #"{"amount":"12"}"#,
        #"/amount: expected integer, got string "12""#
      ),
      (#"{"required":["a","bc"]}"#, #"{"a":1}"#, #"missing required property "bc""#),
      (
        #"{"properties":{"unit":{"enum":["metric","imperial",null]}}}"#, #"{"unit":"si"}"#,
        #"/unit: expected one of "metric", "imperial", null, got "si""#
      ),
      (#"{"const":{"a":1}}"#, "7", #"expected {"a":1}, got 7"#),
      (
        #"{"properties":{"b":{},"a":{}},"additionalProperties":false}"#, #"{"c":1}"#,
        #"unknown property "c"; known are a, b"#
      ),
      (#"{"items":{"minimum":10}}"#, "[10,9.5]", "/1: expected a number at least 10, got 9.5"),
      (#"{"exclusiveMaximum":1e3}"#, "1000", "expected a number below 1e3, got 1000"),
      (#"{"multipleOf":0.05}"#, "0.07", "expected a multiple of 0.05, got 0.07"),
      (#"{"minLength":3}"#, #""é😀""#, "expected at least 3 characters, got 2"),
      (#"{"pattern":"^[a-z]+$"}"#, #""A1""#, #"expected a string matching ^[a-z]+$, got "A1""#),
      (
        #"{"uniqueItems":true}"#, #"[{"a":1,"b":2},3,{"b":2.0,"a":1}]"#,
        "items 0 and 2 are the same; all must be different"
      ),
      (
        #"{"anyOf":[{"type":"string"},{"type":"integer"}]}"#, "true",
        "matches none of 2 alternatives: expected string, got boolean true; "
          + "or expected integer, got boolean true"
      ),
      (
        #"{"oneOf":[{"type":"number"},{"type":"string"},{"type":"integer"}]}"#, "1",
        #"matches alternatives 1 and 3 of "oneOf", but only one may match"#
      ),
      (
        #"{"dependentRequired":{"card":["address"]}}"#, #"{"card":1}"#,
        #"missing property "address", which is required when "card" is present"#
      ),
      (
        #"{"propertyNames":{"maxLength":2}}"#, #"{"abc":1}"#,
        #"property name "abc": expected at most 2 characters, got 3"#
      ),
      (
        #"{"properties":{"a/b~":{"not":{}}}}"#, #"{"a/b~":1}"#,
        #"/a~1b~0: must not match the schema in "not", got 1"#
      ),
    ])
  func messages(_ schemaSource: String, _ instance: String, _ expected: String) throws {
    #expect(try objections(schemaSource, instance) == [expected])
  }

  @Test("reports several violations, each once, up to the number asked for")
  func several() throws {
    let compiled = try schema(
      #"{"properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["c","d"]}"#)
    let instance = try parse(#"{"a":1,"b":2}"#).root
    #expect(compiled.validate(instance, maxErrors: 10).count == 4)
    #expect(compiled.validate(instance, maxErrors: 2).count == 2)
    #expect(compiled.validate(instance, maxErrors: 0).count == 1)
  }

  @Test(
    "refuses to compile what it cannot mean",
    arguments: [
      (#"{"type":"int"}"#, "a type's name or an array of them"),
      (#"{"type":7}"#, "a type's name or an array of them"), (#"{"minimum":"1"}"#, "a number"),
      (#"{"properties":[]}"#, "an object"), (#"{"allOf":[]}"#, "an array of schemas"),
      (#"{"minLength":-1}"#, "an integer from 0"), (#"{"multipleOf":0}"#, "a number above 0"),
      (#"{"items":3}"#, "an object or a boolean"), (#"{"required":[1]}"#, "an array of strings"),
      (#"{"enum":"a"}"#, "an array"), (#"{"$ref":1}"#, "a string"),
      ("[]", "an object or a boolean"),
    ])
  func malformed(_ source: String, _ expected: String) throws {
    let error = #expect(throws: JSONSchemaError.self) { try schema(source) }
    guard case .malformed(_, let found, _)? = error else {
      Issue.record("\(source): \(String(describing: error))")
      return
    }
    #expect(found == expected)
  }

  @Test("refuses references that lead nowhere, and never looks for them elsewhere")
  func unresolved() throws {
    for reference in ["#/$defs/x", "#x", "other.json", "http://127.0.0.1:9/schema.json"] {
      #expect(throws: JSONSchemaError.unresolved(reference: reference)) {
        try schema("{\"$ref\":\"\(reference)\"}")
      }
    }
  }

  @Test(
    "refuses patterns that are no regular expressions",
    arguments: ["(", "[z-a]", "a{2,1}", "(*UTF)a", #"\\"#])
  func patterns(_ pattern: String) throws {
    var writer = JSONWriter()
    writer.string(pattern == #"\\"# ? #"\"# : pattern)
    #expect(throws: JSONSchemaError.self) { try schema("{\"pattern\":\(text(writer.bytes))}") }
  }

  @Test("follows references to the resources it is given, by their own base")
  func resources() throws {
    let compiled = try schema(
      #"{"$id":"https://a.example/root","$ref":"dir/one.json#/$defs/n"}"#,
      resources: [
        "https://a.example/dir/one.json": #"{"$defs":{"n":{"$ref":"two.json"}}}"#,
        "https://a.example/dir/two.json": #"{"type":"integer"}"#,
      ])
    #expect(compiled.isValid(try parse("1").root))
    #expect(!compiled.isValid(try parse("\"1\"").root))
  }

  @Test("takes resources that lie within one document")
  func nestedResources() throws {
    let library = try parse(#"{"properties":{"n":{"type":"integer"}}}"#).root
    let inner = try #require(library.pointer("/properties/n"))
    let compiled = try JSONSchema(
      compiling: parse(#"{"allOf":[{"$ref":"a:outer"},{"properties":{"n":{"$ref":"a:inner"}}}]}"#)
        .root,
      resources: ["a:outer": library, "a:inner": inner])
    #expect(compiled.isValid(try parse(#"{"n":1}"#).root))
    #expect(!compiled.isValid(try parse(#"{"n":"1"}"#).root))
  }

  @Test(
    "validates every schema here against the embedded metaschemas",
    arguments: [
      "https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/draft-07/schema#",
    ])
  func metaschemas(_ uri: String) throws {
    let metaschema = try schema("{\"$ref\":\"\(uri)\"}")
    let own = try #require(Metaschemas.text(of: URIReference(uri).absolute))
    #expect(metaschema.isValid(try parse(own).root))
    #expect(metaschema.isValid(try parse(#"{"properties":{"a":{"type":"string"}}}"#).root))
    #expect(!metaschema.isValid(try parse(#"{"properties":{"a":{"type":"text"}}}"#).root))
    #expect(!metaschema.isValid(try parse(#"{"minLength":-1}"#).root))
  }

  @Test("ends on a schema that applies to itself, and says so")
  func endless() throws {
    for source in [
      ##"{"$ref":"#"}"##, ##"{"allOf":[{"$ref":"#"}]}"##, ##"{"not":{"$ref":"#"}}"##,
      ##"{"anyOf":[{"$ref":"#"},true]}"##,
    ] {
      let compiled = try schema(source)
      #expect(!compiled.isValid(try parse("1").root), "\(source)")
      let found = compiled.validate(try parse("1").root)
      #expect(found.first?.message.contains("without end") == true, "\(source): \(found)")
    }
  }

  @Test("ends on a schema that doubles its work forty times")
  func exponential() throws {
    let levels = (0..<40).map { level in
      let next = ##"{"$ref":"#/$defs/l\##(level + 1)"}"##
      return "\"l\(level)\":{\"anyOf\":[\(next),\(next)]}"
    }
    let compiled = try schema(
      "{\"$ref\":\"#/$defs/l0\",\"$defs\":{\(levels.joined(separator: ",")),\"l40\":false}}")
    let found = compiled.validate(try parse("1").root)
    #expect(found.first?.message.contains("too many steps") == true)
  }

  @Test(
    "ends on a hostile pattern, and fails",
    arguments: [
      "^(a+)+$", "^(a|aa)+$", "(a*)*b", "^(?:a?){60}a{60}$",
    ])
  func hostilePattern(_ pattern: String) throws {
    let compiled = try schema("{\"pattern\":\"\(pattern)\"}")
    let subject = "\"" + String(repeating: "a", count: 5_000) + "!\""
    #expect(!compiled.isValid(try parse(subject).root))
    // Once the budget is gone nothing makes it valid, not even a negation.
    let negated = try schema("{\"not\":{\"pattern\":\"\(pattern)\"}}")
    if !negated.isValid(try parse(subject).root) {
      #expect(negated.validate(try parse(subject).root).count == 1)
    }
  }

  @Test("finds duplicates among many items in a time that does not square", arguments: [20_000])
  func manyItems(_ count: Int) throws {
    let compiled = try schema(#"{"uniqueItems":true}"#)
    // Numbers beyond 64 bits, objects and strings.
    let items = (0..<count).map { #"{"n":12345678901234567890123\#($0),"s":"\#($0)"}"# }
    let unique = "[\(items.joined(separator: ","))]"
    #expect(compiled.isValid(try parse(unique).root))
    let last = #"{"s":"\u0035","n":123456789012345678901235.0}"#
    #expect(!compiled.isValid(try parse("[\(items.joined(separator: ",")),\(last)]").root))
  }

  @Test("compares numbers beyond 64 bits exactly")
  func bigNumbers() throws {
    let compiled = try schema(#"{"const":123456789012345678901234567890}"#)
    #expect(compiled.isValid(try parse("123456789012345678901234567890").root))
    #expect(compiled.isValid(try parse("12345678901234567890123456789e1").root))
    #expect(!compiled.isValid(try parse("123456789012345678901234567891").root))
  }

  @Test("reads a tool's draft 7 schema by its $schema, with $ref beside nothing")
  func declaredDialect() throws {
    let compiled = try schema(
      #"{"$schema":"http://json-schema.org/draft-07/schema#","items":[{"type":"string"}],"#
        + #""additionalItems":false}"#)
    #expect(compiled.isValid(try parse(#"["a"]"#).root))
    #expect(!compiled.isValid(try parse(#"["a",1]"#).root))
  }

  @Test("asserts formats only when asked to")
  func formats() throws {
    let source = #"{"format":"date-time"}"#
    let instance = try parse("\"yesterday\"").root
    #expect(try schema(source).isValid(instance))
    #expect(try !schema(source, formats: .asserted).isValid(instance))
    #expect(try schema(source, formats: .asserted).isValid(parse(#""2026-07-28T12:00:00Z""#).root))
  }

  @Test("does not keep the document it was compiled from, and works on many threads at once")
  func concurrency() async throws {
    let compiled = try schema(
      #"{"properties":{"a":{"pattern":"^x+$"},"b":{"enum":["p",{"q":[1,2]}]}},"required":["a"]}"#)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask {
          (0..<200).allSatisfy { round in
            guard let good = try? parse(#"{"a":"xx","b":{"q":[1.0,2]}}"#).root,
              let bad = try? parse(#"{"a":"y\#(round)"}"#).root
            else { return false }
            return compiled.isValid(good) && !compiled.isValid(bad)
          }
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }
}
