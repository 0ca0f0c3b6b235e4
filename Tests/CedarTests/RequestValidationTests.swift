import Testing

@testable import Cedar

@Suite("validation of requests")
struct RequestValidationTests {
  private let schema: Schema

  init() throws { schema = try Declared.schema() }

  private func errors(
    principal: String = #"U::\"x\""#, action: String = #"Action::\"r\""#,
    resource: String = #"Doc::\"d\""#, context: String = #"{"n": 1}"#
  ) -> [DataError] {
    dataErrors { () throws(DataErrors) in
      try Request.parse(
        json: """
          {"principal": "\(principal)", "action": "\(action)", "resource": "\(resource)",
           "context": \(context)}
          """, schema: schema)
    }
  }

  @Test("a request that the schema foresees is valid")
  func valid() throws {
    #expect(errors().isEmpty)
    #expect(errors(principal: #"Kind::\"a\""#, resource: #"Kind::\"b\""#).isEmpty)
    #expect(
      errors(context: #"{"n": 1, "ip": "::1", "u": {"type": "U", "id": "1"}, "r": {"x": 2}}"#)
        .isEmpty)
  }

  @Test("principal and resource must be of types to which the action applies, and exist")
  func parties() {
    #expect(
      errors(principal: #"G::\"1\""#) == [
        DataError(
          pointer: "/principal",
          message: #"Action::"r" does not apply to a principal of type `G`"#,
          help: "there is `Kind`, `U`")
      ])
    #expect(errors(resource: #"U::\"1\""#).map(\.pointer) == ["/resource"])
    #expect(
      errors(principal: #"Kin::\"1\""#) == [
        DataError(
          pointer: "/principal", message: "the schema has no entity type `Kin`",
          help: "did you mean `Kind`?")
      ])
    #expect(errors(principal: #"Kind::\"z\""#).map(\.pointer) == ["/principal"])
    #expect(errors(resource: #"Kind::\"z\""#).map(\.pointer) == ["/resource"])
    #expect(
      errors(principal: #"Action::\"r\""#, resource: #"Zzzzz::\"z\""#).map(\.pointer)
        == ["/principal", "/resource"])
  }

  @Test("the action must be declared and be no mere group")
  func actions() {
    #expect(
      errors(action: #"NS::Action::\"r\""#) == [
        DataError(
          pointer: "/action", message: #"the schema has no action NS::Action::"r""#,
          help: #"did you mean `Action::"r"`?"#)
      ])
    #expect(
      errors(action: #"Action::\"top\""#, context: "{}").map(\.pointer)
        == ["/principal", "/resource"])
    #expect(errors(action: #"Action::\"top\""#).map(\.pointer).contains("/context/n"))
  }

  @Test(
    "the context must conform to its type",
    arguments: [
      ("{}", "/context"), (#"{"n": 1, "z": 2}"#, "/context/z"), (#"{"n": "1"}"#, "/context/n"),
      (#"{"n": null}"#, "/context/n"), (#"{"n": 1, "ip": "1.2.3"}"#, "/context/ip"),
      (#"{"n": 1, "k": {"type": "Kind", "id": "z"}}"#, "/context/k"),
      (#"{"n": 1, "u": {"type": "G", "id": "z"}}"#, "/context/u"),
      (#"{"n": 1, "a": {"type": "Action", "id": "z"}}"#, "/context/a"),
      (#"{"n": 1, "r": {"x": 1, "y": 1}}"#, "/context/r/y"), ("[]", "/context"),
      (#"{"__entity": {"type": "U", "id": "x"}}"#, "/context"),
    ])
  func contexts(context: String, pointer: String) {
    #expect(errors(context: context).map(\.pointer) == [pointer])
  }

  @Test("a context alone is read as its action's, with places in itself")
  func contextAlone() throws {
    let action = EntityUID(type: "Action", id: "r")
    let context = try Record.parse(
      contextJSON: #"{"n": 1, "ip": "::1"}"#, of: action, schema: schema)
    #expect(context["ip"]?.kind == .ipaddr)
    let wrong = dataErrors { () throws(DataErrors) in
      try Record.parse(contextJSON: #"{"n": true}"#, of: action, schema: schema)
    }
    #expect(wrong.map(\.description) == ["/n: expected Long, found true"])
    let unknown = dataErrors { () throws(DataErrors) in
      try Record.parse(
        contextJSON: "{}", of: EntityUID(type: "Action", id: "write"), schema: schema)
    }
    #expect(unknown.map(\.message) == [#"the schema has no action Action::"write""#])
  }

  @Test("what is no request is named with what was expected")
  func shapes() {
    let errors = dataErrors { () throws(DataErrors) in
      try Request.parse(json: #"{"principal": "alice", "action": 1}"#)
    }
    #expect(errors.map(\.pointer) == ["/principal", "/action", ""])
    #expect(errors[0].message.hasPrefix(#""alice" is not an entity: expected"#))
    #expect(errors[2].message == "a request has the member `resource`, and it is missing")
    #expect(
      dataErrors { () throws(DataErrors) in try Request.parse(json: "3") }.map(\.message)
        == [#"expected a request as {"principal": …, "action": …, "resource": …}, found a number"#])
  }

  @Test("no more errors are given than asked for")
  func limit() {
    let context = Record((0..<100).map { Record.Member(AttributeName("m\($0)"), 1) })
    let request = Request(
      principal: EntityUID(type: "U", id: "x"), action: EntityUID(type: "Action", id: "r"),
      resource: EntityUID(type: "Doc", id: "d"), context: context)
    let validator = RequestValidator(schema: schema)
    #expect(validator.validate(request).count == 20)
    #expect(validator.validate(request, limit: 200).count == 101)
  }
}
