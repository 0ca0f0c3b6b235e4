import Cedar
public import Identity

/// Whether someone could call a tool, as far as it can be told without the call.
public struct Access: Sendable, Equatable {
  /// Who.
  public var principal: Principal
  /// Whether they could.
  public var answer: Answer
  /// The policies that decide, whatever the call is, by their ids; none of a `no` where nothing
  /// permits such calls.
  public var policies: [String] = []
  /// What would cure an ask.
  public var remedies: [String] = []
  /// What remains of the policies on which it depends.
  public var residuals: [Residual] = []
  /// Policies that cannot be evaluated, whatever the call is, and where.
  public var errors: [String] = []

  /// The answers.
  public enum Answer: String, Sendable, CaseIterable {
    /// Every such call would be allowed.
    case yes
    /// Every such call would be denied, and nothing would cure it.
    case no
    /// Every such call would be denied, and the remedies would cure it.
    case ask
    /// It depends on what is not known of the call.
    case depends
  }

  /// What remains of a policy when what is known has been put in.
  public struct Residual: Sendable, Equatable {
    /// The policy, by its id.
    public var policy: String
    /// `permit` or `forbid`.
    public var effect: String
    /// What it would cure, of a forbid with a remedy.
    public var remedy: String?
    /// What remains, as Cedar text.
    public var text: String
  }
}

extension Access {
  /// Cedar's three-valued answer, and the gate's rules over it: a forbid that errs denies, and a
  /// denial is an ask when something permits the call and every forbid in the way names its remedy.
  init(_ response: PartialResponse, of policies: Policies, for principal: Principal) {
    self.principal = principal
    let notes = policies.notes
    let permits = response.satisfiedPermits
    let forbids = response.satisfiedForbids
    let open = response.residuals
    let final = forbids.filter { notes[$0]?.remedy == nil }
    let failed = response.errors.filter { $0.effect == .forbid }.map(\.policy)
    let mayPermit = open.contains { $0.effect == .permit && $0.mayBeSatisfied }
    // What can turn a yes or an ask into a no: failing denies as well.
    let mayForbid = open.contains {
      $0.effect == .forbid && ($0.mayFail || $0.mayBeSatisfied && notes[$0.policy]?.remedy == nil)
    }
    let mayAsk = open.contains {
      $0.effect == .forbid && $0.mayBeSatisfied && notes[$0.policy]?.remedy != nil
    }
    errors = response.errors.map { "\($0.place): the \($0.effect.rawValue) `\($0.policy)` fails" }

    let deciding: [PolicyID]
    if !final.isEmpty || permits.isEmpty && !mayPermit {
      answer = .no
      // A remedy cures nothing where nothing permits.
      deciding = final.isEmpty ? [] : forbids
    } else if !failed.isEmpty {
      answer = .no
      deciding = failed
    } else if permits.isEmpty || mayForbid || forbids.isEmpty && mayAsk {
      answer = .depends
      deciding = permits + forbids
    } else {
      answer = forbids.isEmpty ? .yes : .ask
      deciding = forbids.isEmpty ? permits : forbids
    }
    self.policies = deciding.map(\.name)
    guard answer == .depends || answer == .ask else { return }
    let found = forbids.compactMap { notes[$0]?.remedy }
    remedies = Remedy.allCases.filter(found.contains).map(\.rawValue)
    guard answer == .depends else { return }
    residuals = open.map {
      Residual(
        policy: $0.policy.name, effect: $0.effect.rawValue,
        remedy: notes[$0.policy]?.remedy?.rawValue, text: $0.text)
    }
  }
}
