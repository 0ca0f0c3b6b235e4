import Catalog
import Cedar

extension PolicySchema {
  /// Checks policies: whether what they name can be there, and with Cedar's strict validator
  /// whether what they read is there and of the right type. Takes time: not for a loop's thread.
  ///
  /// A tool of a configured server whose tools are not known yet is no error; it is `pending`.
  public func check(_ policies: Policies) -> PolicyReport {
    var report = PolicyReport()
    let names = PolicyNames(self)
    var scopes: [PolicyID: PolicyScope] = [:]
    for policy in policies.set.policies {
      var scope = PolicyScope()
      for mention in policy.mentions {
        let verdict = names.verdict(on: mention.entity)
        scope.note(mention, verdict)
        report.note(mention, verdict, policy, of: policies)
      }
      scopes[policy.id] = scope
    }
    validate(policies, scopes, into: &report)
    for found in IncurableRemedy.all(in: policies.set) {
      report.add(policies.problem(at: found.place, of: found.policy, found.message), to: \.warnings)
    }
    return report
  }
}

/// What of a policy's names narrows its validation.
struct PolicyScope {
  /// The server that its resource must be of, where the scope says so.
  var server: String?
  /// Whether it names a tool that is not known yet.
  var isPending = false
  /// Whether its scope names an action or a group.
  var namesAction = false

  mutating func note(_ mention: EntityMention, _ verdict: PolicyNames.Verdict) {
    switch verdict {
    case .pending, .quarantined: isPending = true
    case .known, .wrong: break
    }
    if mention.part == .action { namesAction = true }
    guard mention.part == .resource else { return }
    switch mention.entity.type {
    case PolicyVocabulary.server: server = mention.entity.id
    case PolicyVocabulary.tool, PolicyVocabulary.prompt:
      server = PublicName.parts(of: mention.entity.id)?.server
    default: break
    }
  }
}

extension PolicyReport {
  fileprivate mutating func note(
    _ mention: EntityMention, _ verdict: PolicyNames.Verdict, _ policy: Policy,
    of policies: Policies
  ) {
    switch verdict {
    case .known: break
    case .wrong(let message):
      add(policies.problem(at: mention.place, of: policy.id, message), to: \.errors)
    case .pending(let server):
      let message =
        "`\(mention.entity.id)` cannot be checked yet: the tools of `\(server)` are not known"
      add(policies.problem(at: mention.place, of: policy.id, message), to: \.pending)
    case .quarantined(let server):
      let message =
        "`\(mention.entity.id)` cannot be checked yet: it is quarantined "
        + "(`sallyport upstream show \(server)`)"
      add(policies.problem(at: mention.place, of: policy.id, message), to: \.pending)
    }
  }
}

extension Policies {
  func problem(at place: SourcePlace, of policy: PolicyID, _ message: String) -> PolicyProblem {
    PolicyProblem(at: place, in: directory, "policy `\(policy)`: \(message)")
  }
}
