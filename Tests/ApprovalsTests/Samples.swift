import Approvals
import Glibc
import Identity
import TestSupport

enum Samples {
  static let start: Int64 = 1_800_000_000

  static var terms: ApprovalTerms {
    ApprovalTerms(
      agent: "ci", human: "alice", roles: ["dev", "build"], tenant: "acme", server: "db",
      tool: "db__drop", argumentsDigest: "aa", pin: "pp", policyVersion: "vv")
  }

  static func ask(
    remedies: [String] = ["approval"], arguments: [UInt8] = Array(#"{"table":"t"}"#.utf8),
    needsReason: Bool = false
  ) -> ApprovalAsk {
    ApprovalAsk(
      call: "c1", arguments: arguments, effect: "destructive", remedies: remedies,
      policies: ["drops"], advice: ["Ask the owner."], clientName: "cli", clientVersion: "1",
      requester: Principal(
        agent: "ci", human: "alice", roles: ["dev"], tenant: "acme", issuer: "corp", client: "c1",
        instance: "i", actors: ["a"], scopes: ["mcp"],
        authentication: Authentication(methods: ["pwd"], context: "low", time: start - 60),
        binding: .dpop), origin: "192.0.2.1",
      transport: "http", environment: "prod", traceparent: "00-1-2-01", needsReason: needsReason,
      contexts: ["silver"], maxAge: 300, salt: "5a17")
  }

  static func approval(
    remedies: [String] = ["approval"], needsReason: Bool = false
  ) -> Approval {
    Approval(
      id: "apr_00000000000000000000", terms: terms,
      ask: ask(remedies: remedies, needsReason: needsReason), requestedAt: start,
      deadline: start + 600)
  }

  static func answer(
    _ verdict: Answer.Verdict = .approve, by name: String = "bob", tenant: String? = "acme",
    signedInAt time: Int64? = start + 5, at: Int64 = start + 10, reason: String? = nil
  ) -> Answer {
    Answer(
      person: Person(
        name: name, roles: ["sre"], tenant: tenant,
        authentication: Authentication(methods: ["pwd", "otp"], context: "silver", time: time)),
      verdict: verdict, at: at, reason: reason, via: .console)
  }
}

/// A directory of its own, with the files of a book.
final class Place: Sendable {
  private let directory = TemporaryDirectory()

  var file: String { directory.file("approvals.sqlite") }

  /// Whether a text stands somewhere in the files.
  func holds(_ text: String) -> Bool {
    ["", "-wal"].contains { suffix in
      let found = TemporaryDirectory.read(file + suffix)
      let wanted = Array(text.utf8)
      return found.indices.contains { found[$0...].starts(with: wanted) }
    }
  }
}
