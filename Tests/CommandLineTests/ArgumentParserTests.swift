import Admin
import Audit
import MCP
import Testing

@testable import sallyport

private let auditCommands = CommandTable.audit.visibleSubcommands.map(\.name)

private func parse(_ line: String) throws(UsageError) -> Invocation {
  try parse(line.split(separator: " ").map(String.init))
}

private func parse(_ words: [String]) throws(UsageError) -> Invocation {
  try ArgumentParser.parse(words, table: CommandTable.root)
}

private func failure(of line: String) -> UsageError? {
  do {
    _ = try parse(line)
    return nil
  } catch {
    return error
  }
}

@Suite("Argument parser")
struct ArgumentParserTests {
  @Test func `a tool, a time and arguments make a question about who could`() throws {
    #expect(
      try parse("audit could a__b --at 2h --args {}")
        == .audit(.could(AccessQuestion(["tool": "a__b", "at": "2h", "args": "{}"])), .init()))
    #expect(failure(of: "audit could")?.message.contains("TOOL") == true)
    #expect(failure(of: "audit could a__b --args 7")?.message.contains("JSON object") == true)
  }

  @Test(
    arguments: [
      ("", .help(path: [])),
      ("--help", .help(path: [])),
      ("help", .help(path: [])),
      ("help audit tail", .help(path: ["audit", "tail"])),
      ("audit --help", .help(path: ["audit"])),
      ("audit tail -h", .help(path: ["audit", "tail"])),
      ("call --help", .help(path: ["call"])),
      ("--version", .version(json: false)),
      ("version --json", .version(json: true)),
      ("--json version", .version(json: true)),
      ("init", .initialize(directory: ".", force: false)),
      ("init --force there", .initialize(directory: "there", force: true)),
      ("init -- --odd", .initialize(directory: "--odd", force: false)),
      ("check", .check(.init())),
      ("check --json -c a.yaml", .check(.init(configuration: "a.yaml", json: true))),
      ("serve", .serve(.init())),
      ("--config a.yaml serve", .serve(.init(configuration: "a.yaml"))),
      ("serve --config=a=b.yaml", .serve(.init(configuration: "a=b.yaml"))),
      ("serve --config a --config b", .serve(.init(configuration: "b"))),
      ("stdio -ca.yaml", .stdio(.everything, .init(configuration: "a.yaml"))),
      ("stdio -c=a.yaml", .stdio(.everything, .init(configuration: "a.yaml"))),
      ("stdio --profile work", .stdio(.profile("work"), .init())),
      ("stdio -s github", .stdio(.server("github"), .init())),
      ("upstream list", .upstreamList(.init())),
      ("tools list --server git", .toolsList(server: "git", .init())),
      ("tools search bug", .toolsSearch(ToolSearch(query: "bug"), .init())),
      (
        "tools search bug --as claude",
        .toolsSearch(ToolSearch(query: "bug", agent: "claude"), .init())
      ),
      (
        "tools search bug --k 3 --explain -s git --tokens 90 --catalog t.jsonl --json",
        .toolsSearch(
          ToolSearch(
            query: "bug", catalog: "t.jsonl", server: "git", limit: 3, tokens: 90,
            isExplained: true), .init(json: true))
      ),
      (
        "tools search --catalog t.jsonl --queries q.jsonl",
        .toolsScore(catalog: "t.jsonl", queries: "q.jsonl", .init())
      ),
      ("call a__b", .call(tool: "a__b", arguments: "{}", .init())),
      ("call a__b --args -", .call(tool: "a__b", arguments: "-", .init())),
      ("call --args={\"n\":-1} a__b", .call(tool: "a__b", arguments: "{\"n\":-1}", .init())),
      ("audit tail", .auditTail(follow: false, count: 20, .init())),
      ("audit tail -fn5", .auditTail(follow: true, count: 5, .init())),
      ("audit tail -n 5 -f", .auditTail(follow: true, count: 5, .init())),
      ("audit tail --lines=0", .auditTail(follow: false, count: 0, .init())),
      ("status --json", .status(.init(json: true))),
      ("completion zsh", .completion(.zsh)),
      ("reference", .reference),
      (
        "audit list --kind call --server s --tool t --decision deny --agent a --since 2h"
          + " --until 1970-01-02 --call c1 -n 7",
        .auditList(
          AuditFilter(
            kind: "call", server: "s", tool: "t", decision: "deny", agent: "a",
            since: .ago(milliseconds: 7_200_000), until: .at(unixMilliseconds: 86_400_000),
            call: "c1", count: 7), .init())
      ),
    ] as [(String, Invocation)])
  func `words become an invocation`(line: String, invocation: Invocation) throws {
    #expect(try parse(line) == invocation)
  }

  @Test(
    arguments: [
      ("serv", "unknown command `serv`", "sallyport serve"),
      ("audit lst", "unknown command `lst`", "sallyport audit list"),
      ("tools search", "QUERY is missing", nil),
      ("tools search --queries q", "`--queries` needs `--catalog` with the tools", nil),
      (
        "tools search x --queries q --catalog t",
        "a QUERY and `--queries` cannot be asked for at once", nil
      ),
      ("tools search x -k0", "`--k` takes a number from 1 to 1000", nil),
      ("frobnicate", "unknown command `frobnicate`", nil),
      ("audit", "`audit` needs one of: " + auditCommands.joined(separator: ", "), nil),
      ("check --confg x", "unknown option `--confg`", "--config"),
      ("check -x", "unknown option `-x`", nil),
      ("check --json=yes", "`--json` takes no value", nil),
      ("check extra", "unexpected argument `extra`", nil),
      ("check --config", "`--config` needs a value (FILE)", nil),
      ("check --config --json", "`--config` needs a value", "--config=--json"),
      ("--json serve", "`serve` has no option `--json`", nil),
      ("call", "SERVER__TOOL is missing", nil),
      ("completion tcsh", "SHELL is one of bash, zsh, fish, not `tcsh`", nil),
      ("completion zhs", "SHELL is one of bash, zsh, fish, not `zhs`", "zsh"),
      ("audit tail -n many", "`--lines` takes a number from 0 to 100000", nil),
      ("audit list --decision dney", "`--decision` is one of allow, deny, ask, not `dney`", "deny"),
      (
        "audit list --since yesterday",
        "`--since` takes a duration such as 2h or a time such as 2026-11-21T10:00:00Z", nil
      ),
      ("help nothing", "there is no command `nothing`", nil),
    ] as [(String, String, String?)])
  func `wrong usage is named`(line: String, message: String, suggestion: String?) {
    let failure = failure(of: line)
    #expect(failure?.message == message)
    #expect(failure?.suggestion == suggestion)
  }

  @Test func `a usage error names the command whose help explains it`() {
    #expect(
      failure(of: "audit tail --folow")?.text == """
        sallyport: unknown option `--folow`
          did you mean `--follow`?
        Run `sallyport audit tail --help` for how it is used.

        """)
  }

  @Test func `foreign text in an error cannot steer the terminal`() {
    do {
      _ = try parse(["\u{1b}[2J"])
      Issue.record("expected an error")
    } catch {
      #expect(error.message == "unknown command `\\u{1b}[2J`")
    }
  }

  @Test(
    arguments: [
      ("30s", .ago(milliseconds: 30_000)), ("1w", .ago(milliseconds: 604_800_000)),
      ("1970-01-01", .at(unixMilliseconds: 0)),
      ("2000-02-29", .at(unixMilliseconds: 951_782_400_000)),
      ("2026-11-21T01:02:03.5Z", .at(unixMilliseconds: 1_795_222_923_500)),
      ("2026-11-21 02:02:03+01:00", .at(unixMilliseconds: 1_795_222_923_000)),
      ("2026-11-20T20:02:03-05:00", .at(unixMilliseconds: 1_795_222_923_000)),
      ("2026-11-21T01:02", .at(unixMilliseconds: 1_795_222_920_000)),
      ("1969-12-31", .at(unixMilliseconds: -86_400_000)),
      ("2023-02-29", nil), ("2026-13-01", nil), ("2026-1-1", nil), ("2026-11-21T25:00Z", nil),
      ("2026-11-21T01", nil), ("", nil), ("s", nil), ("-1h", nil), ("9223372036854775807w", nil),
      ("2026-11-21T01:02:03.Z", nil), ("2026-11-21T01:02:03+1", nil),
    ] as [(String, AuditTime?)])
  func `times are durations or RFC 3339`(text: String, time: AuditTime?) {
    #expect(AuditTime(text) == time)
  }
}
