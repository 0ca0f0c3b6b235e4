import JSON
import Testing

@testable import sallyport

@Suite("A server on the command line")
struct ServerSpecificationTests {
  private func parse(_ words: String) throws(UsageError) -> Invocation {
    try ArgumentParser.parse(
      words.split(separator: " ").map(String.init), table: CommandTable.root)
  }

  private func server(_ words: String) throws -> ServerSpecification {
    guard case .registration(.add(let server, _), _) = try parse("upstream add " + words) else {
      throw UsageError(message: "another command")
    }
    return server
  }

  @Test func `values are kept apart unless they name a variable`() throws {
    let definition = try server(
      "--name a --env KEY=s3cret --env HOME=${HOME} --cwd sub --effect read -- ./run -v --k=v"
    ).definition(in: "/here")
    #expect(definition.secrets == ["KEY": "s3cret"])
    #expect(
      String(decoding: definition.json, as: UTF8.self)
        == #"{"command":"/here/run","args":["-v","--k=v"],"cwd":"/here/sub","#
        + #""env":{"HOME":"${HOME}"},"effect":"read"}"#)
  }

  @Test(arguments: ["read", "write", "destructive", "egress", "admin"])
  func `the effects are those of the configuration`(effect: String) throws {
    #expect(try server("--name a --effect \(effect) -- x").effect == effect)
  }

  @Test func `a header's value is named by the header`() throws {
    let words = [
      "upstream", "add", "-n", "a", "--url", "https://h/", "-H", "X-Api-Key: k=1:2", "-H",
      "Authorization=Bearer ${T}",
    ]
    guard
      case .registration(.add(let server, _), _) = try ArgumentParser.parse(
        words, table: CommandTable.root)
    else { throw UsageError(message: "another command") }
    let definition = try server.definition(in: "/")
    #expect(definition.secrets == ["HEADER_X_API_KEY": "k=1:2"])
    #expect(
      String(decoding: definition.json, as: UTF8.self)
        == #"{"url":"https://h/","headers":{"X-Api-Key":"${HEADER_X_API_KEY}","#
        + #""Authorization":"Bearer ${T}"}}"#)
  }

  @Test func `plain values stand in the definition`() throws {
    let definition = try server("--name a --plain --env A=1 -- x").definition(in: "/")
    #expect(definition.secrets.isEmpty)
    #expect(
      String(decoding: definition.json, as: UTF8.self) == #"{"command":"x","env":{"A":"1"}}"#)
  }

  @Test(
    arguments: [
      ("--name a", "give `--url URL`, or `--`"), ("--name a --url u -- x", "not both"),
      ("--name a --url u --env A=1", "`--env` belongs to a command"),
      ("--name a --header A:1 -- x", "`--header` belongs to `--url`"),
      ("--name a --env A -- x", "takes NAME=value"),
      ("--name a --url u --header A", "takes `Name: value`"), ("-- x", "`--name` is missing"),
    ])
  func `what cannot be meant is refused`(words: String, message: String) {
    let error = #expect(throws: UsageError.self) {
      _ = try server(words).definition(in: "/")
    }
    #expect(error?.message.contains(message) == true, "\(String(describing: error))")
  }

  @Test func `a test is of a registered server, or of a command after two dashes`() throws {
    #expect(try parse("upstream test a") == .registration(.test("a"), .init()))
    guard case .registration(.trial(let server), _) = try parse("upstream test -- a -b") else {
      Issue.record("another command")
      return
    }
    #expect(server.command == ["a", "-b"])
    #expect(throws: UsageError.self) { try parse("upstream test a b") }
    #expect(throws: UsageError.self) { try parse("upstream test") }
  }
}
