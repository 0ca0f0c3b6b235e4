import Cedar
import Ledger

/// `context.quota`: what policies are told of what is left of quotas.
extension PolicyContext {
  static let quotaName: AttributeName = "quota"

  static func member(_ quota: LedgerQuota, _ remaining: UInt8) -> Record.Member {
    var facts: ContiguousArray = [Record.Member("remaining", .long(Int64(remaining)))]
    for (name, left): (AttributeName, UInt8?) in [
      ("bytes", quota.bytes), ("calls", quota.calls), ("cost", quota.cost),
    ] {
      if let left { facts.append(Record.Member(name, .long(Int64(left)))) }
    }
    return Record.Member(quotaName, .record(Record(facts)))
  }
}
