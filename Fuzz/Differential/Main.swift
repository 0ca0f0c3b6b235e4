import FuzzSupport
import Cedar
import Glibc
import JSON

/// Makes random schemas, entities, policies and requests, answers them, and writes all of it as
/// lines of JSON: cedar-differential CASES SEED. A case is one set of policies. The other way
/// round, cedar-differential read, it reads lines that the reference has written.
@main
enum CedarDifferential {
  static let casesPerWorld = 10
  static let requestsPerCase = 3

  static func main() {
    let arguments = CommandLine.arguments
    if arguments.count == 2, arguments[1] == "read" { return Reading.answerLines(write) }
    guard arguments.count == 3, let cases = Int(arguments[1]), let seed = UInt64(arguments[2])
    else {
      print("usage: cedar-differential CASES SEED, or cedar-differential read")
      exit(2)
    }
    for number in 0..<max(0, (cases + casesPerWorld - 1) / casesPerWorld) {
      var random = Random(seed: seed &* 0x1_0000_0001 &+ UInt64(number))
      do throws(EntityError) {
        try write(
          World(&random), &random, cases: min(casesPerWorld, cases - number * casesPerWorld))
      } catch {
        print("the generator made wrong entities: \(error)")
        exit(1)
      }
    }
  }

  private static func write(_ world: World, _ random: inout Random, cases: Int) {
    var json = JSONWriter()
    json.beginObject()
    json.name("schema")
    json.string(world.model.schema)
    if let syntax = try? SchemaSyntax(parsing: world.model.schema, file: "schema"),
      let text = try? syntax.text()
    {
      json.name("schemaJSON")
      json.string(syntax.json)
      json.name("schemaText")
      json.string(text)
    }
    json.name("entities")
    json.string(utf8: world.json)
    if let printed = try? world.entities.json {
      json.name("entitiesJSON")
      json.string(printed)
    }
    if let schema = world.validator?.schema {
      json.name("areEntitiesValid")
      json.bool((try? Entities.parse(json: world.json, schema: schema)) != nil)
    }
    json.name("cases")
    json.beginArray()
    for _ in 0..<cases {
      var made = Case(
        world, &random, policies: 1 + random[4], wildness: random.pick([0, 0, 1, 3, 20]),
        isBroken: random.chance(5))
      made.write(&json, requests: requestsPerCase)
    }
    json.endArray()
    json.endObject()
    write(json.bytes + [UInt8(ascii: "\n")])
  }

  private static func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(1, $0.baseAddress, $0.count) }
      guard count > 0 else { exit(1) }
      rest = rest.dropFirst(count)
    }
  }
}
