import Crypto

/// All approvals in memory, with what is counted and looked up of them. A value; the time is given.
struct ApprovalShelf: Sendable {
  private(set) var all: [String: Approval] = [:]
  /// Those that a repeated call meets, by the digests of their terms.
  private var byTerms: [SHA256Digest: String] = [:]
  private(set) var argumentBytes = 0

  subscript(id: String) -> Approval? { all[id] }

  /// What a call with these terms meets: one that counts, or a no that stands until its deadline.
  func standing(_ terms: ApprovalTerms, at now: Int64) -> Approval? {
    guard let found = byTerms[terms.digest()].flatMap({ all[$0] }), found.terms == terms,
      now < found.deadline
    else { return nil }
    return found.isOpen || found.state == .denied ? found : nil
  }

  mutating func put(_ approval: Approval) {
    let digest = approval.terms.digest()
    if let old = all[approval.id] { argumentBytes -= old.ask.arguments.count }
    all[approval.id] = approval
    argumentBytes += approval.ask.arguments.count
    // Of several with the same terms the newest is met.
    if let other = byTerms[digest].flatMap({ all[$0] }),
      (other.requestedAt, other.id) > (approval.requestedAt, approval.id)
    {
      return
    }
    byTerms[digest] = approval.id
  }

  mutating func remove(_ id: String) {
    guard let old = all.removeValue(forKey: id) else { return }
    argumentBytes -= old.ask.arguments.count
    let digest = old.terms.digest()
    if byTerms[digest] == id { byTerms[digest] = nil }
  }

  func pendingCount(of agent: String) -> Int {
    all.values.count { $0.state == .pending && $0.terms.agent == agent }
  }

  /// What is let go so that another fits, or nil when it does not: the arguments of those that
  /// ended, then these themselves, the oldest first.
  func room(for bytes: Int) -> (erased: [Approval], removed: [String])? {
    let ended = all.values.filter { !$0.isOpen }.sorted { ($0.endedAt ?? 0) < ($1.endedAt ?? 0) }
    var erased: [Approval] = []
    var left = argumentBytes + bytes
    for approval in ended where left > ApprovalBook.argumentBytesInAllMax {
      guard !approval.ask.arguments.isEmpty else { continue }
      left -= approval.ask.arguments.count
      var approval = approval
      approval.eraseArguments()
      erased.append(approval)
    }
    guard left <= ApprovalBook.argumentBytesInAllMax else { return nil }
    guard all.count >= ApprovalBook.countMax else { return (erased, []) }
    guard let oldest = ended.first else { return nil }
    return (erased.filter { $0.id != oldest.id }, [oldest.id])
  }

  /// Whether a time that something was waiting for has come.
  func isDue(at now: Int64) -> Bool {
    all.values.contains { approval in
      guard let end = approval.endedAt else { return now >= approval.deadline }
      return now - end >= ApprovalBook.keptTime
        || now - end >= ApprovalBook.argumentsKeptTime && !approval.ask.arguments.isEmpty
    }
  }

  /// Those whose time has come, ended.
  func expired(at now: Int64) -> [Approval] {
    all.values.compactMap { approval in
      var approval = approval
      return approval.expire(at: now) ? approval : nil
    }
  }

  /// What of those that ended is over for long.
  func outdated(at now: Int64) -> (erased: [Approval], removed: [String]) {
    var erased: [Approval] = []
    var removed: [String] = []
    for approval in all.values {
      guard let end = approval.endedAt else { continue }
      if now - end >= ApprovalBook.keptTime {
        removed.append(approval.id)
      } else if now - end >= ApprovalBook.argumentsKeptTime, !approval.ask.arguments.isEmpty {
        var approval = approval
        approval.eraseArguments()
        erased.append(approval)
      }
    }
    return (erased, removed)
  }
}
