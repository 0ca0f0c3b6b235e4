internal import Crypto
public import JSON

/// A record as questions see it.
public struct EvidenceRecord: Sendable {
  /// Its place in the ledger.
  public let sequence: UInt64
  /// The record.
  public let root: JSONNode
  /// The hash of its leaf, in hexadecimal digits.
  let leafHash: String
  /// Whether its time lies in the period of the report.
  let isInPeriod: Bool

  init(sequence: UInt64, json: [UInt8], root: JSONNode, isInPeriod: Bool) {
    self.sequence = sequence
    self.root = root
    self.isInPeriod = isInPeriod
    var hasher = SHA256()
    hasher.update([0])
    hasher.update(json)
    leafHash = hasher.finalize().hex
  }

  func text(_ member: StaticString) -> String? { root[member: member]?.string }

  func elements(_ member: StaticString) -> [JSONNode] {
    root[member: member].map { Array($0.elements) } ?? []
  }

  func isOf(_ kind: StaticString) -> Bool { root[member: "kind"]?.equals(kind) ?? false }

  func isOf(_ kind: StaticString, _ member: StaticString, _ value: StaticString) -> Bool {
    isOf(kind) && root[member: member]?.equals(value) ?? false
  }

  /// A decision that lets a call of a tool go on.
  var isAllowedCall: Bool {
    isOf("decision", "decision", "allow") && root[member: "method"]?.equals("tools/call") == true
  }

  var agent: String? { root[member: "principal"]?[member: "agent"]?.string }

  /// Server and tool by their own names.
  var tool: String? {
    guard let server = text("server"), let tool = text("tool") else { return nil }
    return "\(server)__\(tool)"
  }
}
