import Audit
import JSON
import TestSupport

/// Records written by hand in the documented format, and an index over them.
final class Journal {
  private let directory = TemporaryDirectory()
  private(set) var lines: [String] = []
  private let index: AuditIndex
  private var taken = 0
  /// Microseconds since 1970-01-01 UTC: 2026-11-21T10:00:00Z and a second more for each record.
  static let start: Int64 = 1_795_255_200_000_000

  init() throws { index = try AuditIndex(path: directory.path + "/index.sqlite") }

  var path: String { directory.path + "/index.sqlite" }

  /// The time of a record unless it says another.
  static func time(_ sequence: Int) -> Int64 { start + Int64(sequence) * 1_000_000 }

  /// The identifier of a call by its number.
  static func id(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 20) + String(repeating: "a", count: 12 - digits.count)
      + digits
  }

  /// Adds a record; `time` is added where it has none.
  @discardableResult
  func add(_ members: String) -> Int {
    let sequence = lines.count
    let time = members.contains(#""time":"#) ? "" : #","time":\#(Self.time(sequence))"#
    lines.append("{\(members)\(time)}")
    return sequence
  }

  /// A decision about a call.
  @discardableResult
  func decide(
    _ call: Int, _ decision: String = "allow", agent: String = "triage", human: String? = "ana",
    tool: String = "github__create_issue", effect: String = "write", sent: Int = 100,
    policies: [String] = ["permit-triage"], more: String = ""
  ) -> Int {
    let parts = tool.split(separator: "_", omittingEmptySubsequences: false)
    let gap = parts.firstIndex(of: "") ?? parts.endIndex
    let server = parts[..<gap].joined(separator: "_")
    let name = parts[(gap + 1)...].joined(separator: "_")
    let person = human.map { #","human":"\#($0)""# } ?? ""
    let list = policies.map { "\"\($0)\"" }.joined(separator: ",")
    return add(
      """
      "kind":"decision","call":"\(Self.id(call))","decision":"\(decision)","method":"tools/call",\
      "principal":{"agent":"\(agent)","credential":"cafe000000000000"\(person),"tenant":"acme"},\
      "server":"\(server)","tool":"\(name)","effect":"\(effect)","policies":[\(list)],\
      "policy_version":"\(Self.digest("p1"))","tool_digest":"\(Self.digest("t" + name))",\
      "arguments":{"bytes":\(sent),"digest":"\(Self.digest("a\(call)"))","kept":"full"}\(more)
      """)
  }

  /// The outcome of a call.
  @discardableResult
  func end(_ call: Int, _ status: String = "ok", received: Int = 1000) -> Int {
    add(
      """
      "kind":"outcome","call":"\(Self.id(call))","status":"\(status)","duration_us":2500,\
      "result":{"bytes":\(received),"digest":"\(Self.digest("r\(call)"))","kept":"full"}
      """)
  }

  /// 64 hexadecimal digits that depend on the text.
  static func digest(_ text: String) -> String {
    let digits = text.utf8.map { String($0, radix: 16) }.joined()
    return digits + String(repeating: "0", count: 64 - digits.count)
  }

  /// The lines as records.
  static func records(_ lines: [String]) throws -> [IndexedRecord] {
    try lines.enumerated().map {
      IndexedRecord(
        sequence: Int64($0.offset), node: try JSONDocument(parsing: Array($0.element.utf8)).root)
    }
  }

  /// Puts what was added since into the index.
  func caughtUp() throws -> AuditIndex {
    try index.take(Array(Self.records(lines)[taken...]))
    taken = lines.count
    try index.finish()
    return index
  }

  /// A minute after the last record.
  var now: Int64 { Self.time(lines.count + 60) }

  func ask<Question: LedgerQuestion>(
    _ question: Question.Type, _ values: [String: String] = [:]
  ) throws -> Question.Answer {
    try Question(values).answer(from: caughtUp(), now: now)
  }
}
