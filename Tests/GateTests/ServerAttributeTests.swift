import JSON
import Ledger
import MCP
import Testing

@testable import Catalog
@testable import Gate

@Suite("Policies that ask what is known of a server")
struct ServerAttributeTests {
  private static let strict = #"""
    @id("all") permit (principal, action, resource);
    @id("risky") forbid (principal, action in Sallyport::Action::"call", resource)
    unless { resource.server has risk && resource.server.risk == "low" };
    @id("foreign") forbid (principal, action == Sallyport::Action::"readResource", resource)
    when { resource.server has firstParty && !resource.server.firstParty };
    @id("pii") forbid (principal, action == Sallyport::Action::"getPrompt", resource)
    when { resource.server has dataClasses && resource.server.dataClasses.contains("pii") };
    @id("untested") forbid (principal, action == Sallyport::Action::"complete", resource)
    unless { resource.server has conformance && resource.server.conformance == "passed" };
    @id("late") forbid (principal, action == Sallyport::Action::"subscribe", resource)
    when { resource.server has reviewOverdue && resource.server.reviewOverdue };
    @id("wrapped") forbid (principal, action == Sallyport::Action::"readResource", resource)
    when { resource.server has origin && resource.server.origin == "wrapped" };
    """#

  private func bench(_ card: String?) async throws -> GateBench {
    try await GateBench(
      policy: Self.strict, peer: everythingPeer(),
      card: card.map { ServerCard(Array($0.utf8), on: "2027-01-01") })
  }

  @Test(
    arguments: [
      (#"{"risk":"low","origin":"first-party"}"#, [true, true, true]),
      (#"{"risk":"high","origin":"third-party","dataClasses":["pii"]}"#, [false, false, false]),
      (nil, [false, true, true]),
    ])
  func `a card decides`(card: String?, allowed: [Bool]) async throws {
    let bench = try await self.bench(card)
    let call = try await bench.call("notes__add", #"{"text":"x"}"#)
    let read = try await bench.ask("resources/read", #"{"uri":"notes+note://1"}"#)
    let prompt = try await bench.ask("prompts/get", #"{"name":"notes__greet"}"#)
    #expect([call.denial == nil, read.errorCode == nil, prompt.errorCode == nil] == allowed)
    bench.end()
  }

  @Test func `a decision can be made again from the ledger, and another card is another version`()
    async throws
  {
    let bench = try await self.bench(#"{"risk":"low"}"#)
    let other = try await self.bench(nil)
    #expect(
      bench.gate.snapshot.decider.entitiesVersion != other.gate.snapshot.decider.entitiesVersion)
    #expect(!bench.gate.snapshot.showsTheSame(as: other.gate.snapshot))
    let encoded = RecordedEntities.encode(
      PolicyVocabulary.entities(of: bench.gate.snapshot.catalog)
    ).map { String(decoding: $0, as: UTF8.self) }
    #expect(
      encoded.contains(
        #"{"attrs":{"risk":"low"},"parents":[],"uid":{"id":"notes","type":"Sallyport::Server"}}"#))
    bench.end()
    other.end()
  }

  @Test(
    arguments: [
      (#"{"origin":"wrapped"}"#, ["firstParty": "false", "origin": #""wrapped""#]),
      (
        #"{"origin":"first-party","conformance":"passed"}"#,
        ["conformance": #""passed""#, "firstParty": "true", "origin": #""first-party""#]
      ),
      (#"{"conformance":"38 of 41"}"#, ["conformance": #""unknown""#]),
      (#"{"reviewBy":"2026-12-31"}"#, ["reviewOverdue": "true"]),
      (#"{"reviewBy":"2027-01-01"}"#, ["reviewOverdue": "false"]),
      (#"{"reviewBy":"soon","purpose":"x"}"#, [:]),
    ])
  func `an entity has what its card says, and nothing else`(
    card: String, attributes: [String: String]
  ) async throws {
    let bench = try await self.bench(card)
    let encoded = RecordedEntities.encode(
      PolicyVocabulary.entities(of: bench.gate.snapshot.catalog)
    ).map { String(decoding: $0, as: UTF8.self) }
    let attrs = attributes.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
      .joined(separator: ",")
    #expect(
      encoded.contains(
        #"{"attrs":{\#(attrs)},"parents":[],"uid":{"id":"notes","type":"Sallyport::Server"}}"#),
      "\(encoded)")
    bench.end()
  }

  @Test(
    arguments: [
      (#"{"risk":"low"}"#, true), (#"{"risk":"low","origin":"third-party"}"#, false),
      (#"{"risk":"low","origin":"wrapped"}"#, false),
      (#"{"risk":"low","origin":"first-party"}"#, true),
    ])
  func `who made a server decides`(card: String, isAllowed: Bool) async throws {
    let bench = try await self.bench(card)
    let read = try await bench.ask("resources/read", #"{"uri":"notes+note://1"}"#)
    #expect((read.errorCode == nil) == isAllowed)
    bench.end()
  }

  @Test func `the schema knows the members of a card, and no others`() async throws {
    let bench = try await self.bench(nil)
    let schema = bench.gate.snapshot.policySchema
    #expect(schema.check(try policies(Self.strict)).errors.isEmpty)
    let wrong =
      #"permit (principal, action, resource is Sallyport::Tool) when { resource.server has x && resource.server.x == 1 };"#
    let report = schema.check(try policies(wrong))
    #expect(!report.errors.isEmpty || !report.warnings.isEmpty)
    bench.end()
  }
}
