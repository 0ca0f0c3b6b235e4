import Audit
import Export
import HTTP
import Testing

@testable import sallyport

@Suite("audit export")
struct AuditExportTests {
  private func options(_ line: String) throws -> AuditExportOptions {
    let words = ("audit export " + line).split(separator: " ").map(String.init)
    guard
      case .auditExport(let options, _) = try ArgumentParser.parse(words, table: CommandTable.root)
    else { throw UsageError(message: "another command") }
    return options
  }

  private func failure(_ line: String) -> String? {
    do {
      _ = try options(line)
      return nil
    } catch {
      return (error as? UsageError)?.message
    }
  }

  @Test func `everything can be said`() throws {
    #expect(try options("") == AuditExportOptions())
    let all = try options(
      "--webhook https://h.example/x --format ocsf --resume p --from 7 --since 2h --kind decision"
        + " --kind refused -f --batch 1 --batch-bytes 1000 --give-up 10m --token env:T"
        + " --sign file:/k --ca c.pem")
    #expect(all.target == .webhook(try HTTPURL("https://h.example/x")))
    #expect(all.format == .ocsf)
    #expect(all.position == "p" && all.from == 7 && all.kinds == ["decision", "refused"])
    #expect(all.isFollowing && all.limits == BatchLimits(records: 1, bytes: 1000))
    #expect(all.since == .ago(milliseconds: 7_200_000) && all.giveUpAfter == .seconds(600))
    #expect(all.token == .environment("T") && all.signingKey == .file("/k"))
    #expect(all.certificateAuthorities == "c.pem")
  }

  @Test func `the form follows from the destination`() throws {
    #expect(try options("--webhook https://h/").format == .cloudevents)
    #expect(try options("--syslog unix:/dev/log").format == .jsonl)
    #expect(try options("--output -").target == .standardOutput)
    #expect(try options("-o f").target == .file("f"))
    #expect(try options("--format cloudevents --source urn:x:y").source == "urn:x:y")
  }

  @Test func `the name of a destination holds no query`() throws {
    let target = try options("--webhook https://h.example:8443/a/b?key=secret").target
    #expect(target.name == "https://h.example:8443/a/b")
  }

  @Test(
    arguments: [
      ("--output a --webhook https://h/", "are two destinations"),
      ("--webhook ftp://h/", "does not start with http"),
      ("--webhook http://h.example/", "`--plain-http`"),
      ("--syslog tls://h", "relay on this machine"),
      ("--syslog /dev/log", "an address is"),
      ("--format csv --webhook https://h/", "csv is for files"),
      ("--format csv --syslog unix:/s", "csv is for files"),
      ("--format xml", "is one of"),
      ("--token env:T", "goes with `--webhook`"),
      ("--plain-http", "goes with `--webhook`"),
      ("--webhook https://h/ --token s3cret", "takes env:NAME or file:PATH"),
      ("--source x", "goes with `--format cloudevents`"),
      ("--follow --until 1h", "do not go together"),
      ("--give-up soon", "takes a duration"),
      ("--from -1", "needs a value"),
      ("--batch 0", "takes a number"),
    ])
  func `what makes no sense is told`(line: String, message: String) throws {
    let found = try #require(failure(line))
    #expect(found.contains(message), "\(found)")
    #expect(!found.contains("s3cret"))
  }

  @Test func `clear text is allowed to this machine, and where it was said`() throws {
    for url in ["http://127.0.0.1:80/", "http://localhost/", "http://[::1]/"] {
      #expect(failure("--webhook \(url)") == nil)
    }
    #expect(failure("--webhook http://h.example/ --plain-http") == nil)
    #expect(failure("--webhook http://127.evil.example/") != nil)
  }
}
