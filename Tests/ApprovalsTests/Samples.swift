import Approvals
import Glibc
import Identity

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
  let path: String

  init() throws {
    var template = Array("/tmp/sallyport-approvals-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw ApprovalRefusal.storage("mkdtemp") }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  var file: String { "\(path)/approvals.sqlite" }

  /// Whether a text stands somewhere in the files.
  func holds(_ text: String) -> Bool {
    ["", "-wal"].contains { suffix in
      let descriptor = open(file + suffix, O_RDONLY)
      guard descriptor >= 0 else { return false }
      defer { close(descriptor) }
      var bytes = [UInt8](repeating: 0, count: 1 << 20)
      let count = read(descriptor, &bytes, bytes.count)
      let found = bytes[..<max(0, count)]
      let wanted = Array(text.utf8)
      return found.indices.contains { found[$0...].starts(with: wanted) }
    }
  }

  deinit {
    for suffix in ["", "-wal", "-shm"] { unlink(file + suffix) }
    rmdir(path)
  }
}
