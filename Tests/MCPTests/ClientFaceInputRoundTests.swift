import JSON
import Testing

@testable import MCP

@Suite("What a result asks of the client")
struct ClientFaceInputRoundTests {
  private let two = """
    {"resultType":"input_required","inputRequests":{\
    "b":{"method":"elicitation/create","params":{"message":"?"}},"a\\u0022":{"method":"roots/list"}},\
    "requestState":"s\\u0041"}
    """

  private func round(_ result: String) throws -> InputRound? {
    InputRound(try Sample.document(result))
  }

  @Test("requests keep their order, and bring their params")
  func requests() throws {
    let round = try #require(try round(two))
    #expect(round.requests.map(\.key) == ["b", "a\""])
    #expect(round.requests.map(\.method) == ["elicitation/create", "roots/list"])
    #expect(round.requests[0].params.map { text($0.raw) } == #"{"message":"?"}"#)
    #expect(round.requests[1].params == nil)
    #expect(!round.isComplete)
  }

  @Test(
    "what is no well-formed round is none",
    arguments: [
      #"{}"#, #"{"resultType":"complete","requestState":"s"}"#, #"{"resultType":"task"}"#,
      #"{"resultType":"input_required"}"#, #"{"resultType":"input_required","requestState":5}"#,
      #"{"resultType":"input_required","inputRequests":[]}"#,
      #"{"resultType":"input_required","inputRequests":{"a":5}}"#,
      #"{"resultType":"input_required","inputRequests":{"a":{"method":"tools/call"}}}"#,
      #"{"resultType":"input_required","inputRequests":{"a":{"method":"roots/list","params":1}}}"#,
    ])
  func none(result: String) throws {
    #expect(try round(result) == nil)
  }

  @Test("sixteen things can be asked at a time, not more")
  func bound() throws {
    func asking(_ count: Int) -> String {
      let requests = (0..<count).map { #""\#($0)":{"method":"roots/list"}"# }
      return
        #"{"resultType":"input_required","inputRequests":{\#(requests.joined(separator: ","))}}"#
    }
    #expect(try round(asking(16))?.requests.count == 16)
    #expect(try round(asking(17)) == nil)
  }

  @Test("the retry has the params of the call byte for byte, the answers and the state")
  func retry() throws {
    var round = try #require(try round(two))
    round.answer("a\"", with: try Sample.document(#"{"roots": [ ]}"#))
    round.answer("unknown", with: try Sample.document("{}"))
    #expect(!round.isComplete)
    round.answer("b", with: try Sample.document(#"{"action":"accept","content":{"n":1.0}}"#))
    round.answer("b", with: try Sample.document(#"{"action":"decline"}"#))
    #expect(round.isComplete)
    let params = try Sample.document(
      #"{"name" : "x","inputResponses":{"old":{}},"arguments":{"big":12345678901234567890,"a":1.0}, "requestState":"old"}"#
    )
    #expect(
      try #require(round.retry(of: params)).description
        == #"{"name" : "x","arguments":{"big":12345678901234567890,"a":1.0},"#
        + #""inputResponses":{"b":{"action":"accept","content":{"n":1.0}},"a\"":{"roots": [ ]}},"#
        + #""requestState":"s\u0041"}"#)
  }

  @Test("a state alone is handed back without answers")
  func stateAlone() throws {
    let round = try #require(try round(#"{"resultType":"input_required","requestState":"s"}"#))
    #expect(round.isComplete)
    let params = try Sample.document(#"{"inputResponses":{"a":{}}}"#)
    #expect(round.retry(of: params)?.description == #"{"requestState":"s"}"#)
    #expect(round.retry(of: nil)?.description == #"{"requestState":"s"}"#)
  }

  @Test("errors travel as answers")
  func errors() throws {
    var round = try #require(
      try round(
        """
        {"resultType":"input_required","inputRequests":{"a":{"method":"roots/list"},\
        "b":{"method":"roots/list"},"c":{"method":"roots/list"},"d":{"method":"roots/list"}}}
        """))
    round.fail("a", with: try Sample.document(#"{"code": -1,"message":"no","data":[1]}"#))
    round.fail("b", with: nil)
    round.fail("c", with: try Sample.document(#"{"code":"x"}"#))
    round.answer("d", with: try Sample.document("[]"))
    #expect(round.isComplete)
    let answers = try #require(round.retry(of: nil)?[member: "inputResponses"])
    #expect(
      answers[member: "a"]?.description
        == #"{"dev.sallyport/error":{"code": -1,"message":"no","data":[1]}}"#)
    for key in ["b", "c", "d"] {
      #expect(
        answers[member: key]?[member: "dev.sallyport/error"]?[member: "code"]?.int64 == -32603)
    }
  }
}
