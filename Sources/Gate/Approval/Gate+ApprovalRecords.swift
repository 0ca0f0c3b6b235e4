import Approvals
import Catalog
import Identity
import Ledger
import Logging

/// What is written down of approvals.
extension Gate {
  /// Stages an event of an approval.
  /// - Parameter call: the call that it is about; nil for the one that asked.
  func stage(
    _ event: ApprovalRecord.Event, _ approval: Approval, about call: String? = nil,
    by person: String? = nil, reason: String? = nil
  ) -> LedgerPosition? {
    stage(content(event, approval, about: call, by: person, reason: reason))
  }

  func content(
    _ event: ApprovalRecord.Event, _ approval: Approval, about call: String?, by person: String?,
    reason: String?
  ) -> LedgerRecord.Content {
    var described = LedgerCall(approval)
    if let call { described.id = call }
    return .approval(
      ApprovalRecord(
        approval: approval.id, event: event, call: described,
        // Without its salt a digest would let anybody try values against it.
        argumentsDigest: approval.ask.salt.isEmpty ? nil : approval.recordedDigest,
        policyVersion: approval.terms.policyVersion, approver: person,
        authentication: approval.answers.last { $0.person.name == person }.map {
          LedgerAuthentication($0.person.authentication, at: $0.at)
        },
        waited: (Self.now - approval.requestedAt) * 1_000_000,
        expires: approval.deadline * 1_000_000, reason: reason))
  }

  /// Puts an event of an approval on record, durably, and keeps in its file that it is there.
  /// - Returns: false when there is no promise.
  func record(
    _ event: ApprovalRecord.Event, _ approval: Approval, about call: String? = nil,
    by person: String? = nil, reason: String? = nil
  ) async -> Bool {
    guard await isDurable(stage(event, approval, about: call, by: person, reason: reason)) else {
      return false
    }
    await keepOnRecord([approval])
    return true
  }

  /// Where that fails, the next start looks for it in the ledger.
  func keepOnRecord(_ approvals: [Approval]) async {
    do throws(ApprovalRefusal) {
      try await self.approvals?.noteOnRecord(approvals)
    } catch {
      log.warning("that approvals are on record cannot be written", [("reason", "\(error)")])
    }
  }

  /// Ends an approval whose call is another now.
  /// - Returns: it as it is then; nil when it had ended before.
  @discardableResult
  func void(_ id: String, because reason: String) async -> Approval? {
    guard
      let voided = try? await approvals?.change(
        id,
        { approval throws(ApprovalRefusal) in
          try approval.void(reason, at: Self.now)
        })
    else { return nil }
    _ = await record(.revoked, voided, reason: reason)
    return voided
  }

  /// Ends what is over: approvals whose time has come, and those of other policies than are in
  /// force. On the loop; to be called about once a second on one of them.
  public func sweepApprovals() async {
    guard let book = approvals else { return }
    let version = snapshot.boundPolicyVersion
    let epoch = book.epoch
    if swept.map({ $0 != (epoch, version) }) ?? true {
      for approval in book.all where approval.isOpen && approval.terms.policyVersion != version {
        await void(approval.id, because: "the policies changed")
      }
      swept = (epoch, version)
    }
    do throws(ApprovalRefusal) {
      let expired = try await book.sweep(at: Self.now)
      let positions = expired.map { stage(.expired, $0) }
      guard let last = positions.last else { return }
      if !positions.contains(nil), await isDurable(last) { await keepOnRecord(expired) }
    } catch {
      log.error("what is over of approvals cannot be written", [("reason", "\(error)")])
    }
  }
}

extension LedgerCall {
  /// The call that asked for an approval.
  init(_ approval: Approval) {
    let (terms, ask) = (approval.terms, approval.ask)
    self.init(
      id: ask.call, traceparent: ask.traceparent, transport: ask.transport,
      client: ask.clientName == nil && ask.clientVersion == nil
        ? nil : LedgerClient(name: ask.clientName, version: ask.clientVersion),
      method: "tools/call",
      principal: LedgerPrincipal(
        human: terms.human, agent: terms.agent, tenant: terms.tenant, roles: terms.roles),
      server: terms.server, tool: PublicName.parts(of: terms.tool)?.own ?? terms.tool,
      toolDigest: terms.pin, effect: ask.effect)
  }
}
