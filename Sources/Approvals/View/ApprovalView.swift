public import Identity

/// An approval as people are shown it, everywhere in the same order: what will happen, who asks
/// for whom, why it was flagged, what happened before, what cannot be undone.
public struct ApprovalView: Sendable {
  /// The approval itself.
  public var approval: Approval
  /// The call's arguments.
  public var arguments: ArgumentLines
  /// What the call can do.
  public var risk: CallRisk
  /// The text of the policies that ask, as far as they are still there.
  public var policies: [Policy]
  /// What happened before; nil when that cannot be told.
  public var earlier: EarlierCalls?
  /// Where it can be answered.
  public var link: String

  /// A policy that asks.
  public struct Policy: Sendable, Equatable {
    /// Its id.
    public var id: String
    /// Its text; nil when it is not there any more.
    public var text: String?

    /// A policy.
    public init(id: String, text: String?) {
      self.id = id
      self.text = text
    }
  }

  /// The view of an approval.
  /// - Parameter definition: the tool's, as its server lists it; nil when it is not known.
  public init(
    _ approval: Approval, definition: [UInt8]?, policies: [Policy], earlier: EarlierCalls?,
    link: String
  ) {
    self.approval = approval
    arguments = ArgumentLines(approval.ask.arguments)
    risk = CallRisk(
      effect: approval.ask.effect, server: approval.terms.server, definition: definition)
    self.policies = policies
    self.earlier = earlier
    self.link = link
  }
}

extension ApprovalView {
  /// Whether the arguments were erased, which is some time after the approval ended.
  public var isErased: Bool { approval.ask.arguments.isEmpty }

  /// What has to happen before the call is made, a sentence each; empty once nothing has.
  public var needed: [String] {
    guard approval.state == .pending else { return [] }
    var needed: [String] = []
    if approval.ask.remedies.contains(ApprovalAsk.stepUp), approval.confirmation == nil {
      let whom = approval.terms.human ?? "the person the agent acts for"
      needed.append("\(whom) signs in anew and confirms it.")
    }
    if approval.ask.remedies.contains(ApprovalAsk.approval) {
      let names = approval.approvers.map(\.name)
      needed.append(
        names.isEmpty
          ? "Somebody other than the one the agent acts for approves it."
          : "Policy wants more than the yes of \(names.joined(separator: ", "))."
      )
    }
    return needed
  }

  /// What became of it, for a person.
  public var outcome: String {
    switch approval.state {
    case .pending: "It waits for an answer."
    case .approved:
      "It is approved. The call is made once, when the agent asks again or while it still waits."
    case .denied:
      "It was denied\(approval.denial.map { " by \($0.person.name)" } ?? ""). The call is not made."
    case .expired: "Its time was over before it was answered or used. The call is not made."
    case .voided: "It is void\(approval.voidedFor.map { ": \($0)" } ?? ""). The call is not made."
    case .used:
      approval.voidedFor.map { "It was \($0)." }
        ?? "The call was made\(approval.usedBy.map { ", as \($0)" } ?? "")."
    }
  }
}

extension Approval {
  /// Whether a person may know of it: people answer for their own tenant.
  public func isVisible(to person: Person) -> Bool { terms.isOfTenant(person) }

  /// Whether it is this person the agent acts for.
  public func isRequested(by person: Person) -> Bool { terms.isRequester(person.name) }
}
