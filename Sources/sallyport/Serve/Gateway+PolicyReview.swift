import Gate
import Logging
import Reactor
import Synchronization

/// What the policies in force look like beside the tools there are. Any thread.
final class PolicyReview: Sendable {
  private struct State {
    var report = PolicyReport()
    var schema: PolicySchema?
    var isRunning = false
    var isStale = false
  }

  private let state = Mutex(State())

  /// As of the last review.
  var report: PolicyReport { state.withLock { $0.report } }

  /// The schema of that review; nil before the first.
  var schema: PolicySchema? { state.withLock { $0.schema } }

  /// Whether the caller is to review; false when a review is under way, which is done again then.
  func begin() -> Bool {
    state.withLock { state in
      defer { state.isRunning = true }
      state.isStale = state.isRunning
      return !state.isRunning
    }
  }

  /// Takes a report; gives the problems that the last one had not, and whether to review again.
  func finish(
    _ report: PolicyReport, _ schema: PolicySchema
  ) -> (new: PolicyReport, again: Bool) {
    state.withLock { state in
      var new = PolicyReport()
      new.errors = report.errors.filter { !state.report.errors.contains($0) }
      new.warnings = report.warnings.filter { !state.report.warnings.contains($0) }
      state.report = report
      state.schema = schema
      defer { state.isStale = false }
      state.isRunning = state.isStale
      return (new, state.isStale)
    }
  }
}

/// The tools that a server turns out to have may not be what policies say of them. Such policies
/// stay in force: Cedar denies by default, and a forbid that cannot be evaluated denies.
extension Gateway {
  /// Checks the policies in force against the catalog in force, beside the loops.
  func reviewPolicies() {
    home.preconditionCurrent()
    guard policyReview.begin() else { return }
    home.spawn { [self] in
      var again = true
      while again {
        let (tools, configuration, policies) = (toolCatalog, configuration, policies)
        let (report, schema) = await reviewer.run {
          let schema = PolicySchema(catalog: tools, configuration: configuration)
          return (schema.check(policies), schema)
        }
        let (new, isStale) = policyReview.finish(report, schema)
        again = isStale
        for problem in new.errors {
          log.error("a policy does not fit the tools", [("policy", problem.description)])
        }
        for problem in new.warnings {
          log.warning("a policy looks wrong", [("policy", problem.description)])
        }
      }
    }
  }
}
