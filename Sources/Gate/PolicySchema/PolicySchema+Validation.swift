import Catalog
import Cedar
import Configuration

extension PolicySchema {
  /// Adds what Cedar's strict validator finds. Cedar has no type for the tools of one server, so
  /// a policy whose scope names a server is validated against a schema with its tools only.
  func validate(
    _ policies: Policies, _ scopes: [PolicyID: PolicyScope], into report: inout PolicyReport
  ) {
    let servers = Set(scopes.values.compactMap(\.server)).sorted()
    for server in [nil] + servers.map(Optional.some) {
      let schema: Schema
      do {
        schema = try Schema.parse(
          server.map(text(ofServer:)) ?? text, file: "catalog.cedarschema")
      } catch {
        return report.add(
          PolicyProblem(policies.directory, "no schema can be made of the tools: \(error)"),
          to: \.errors)
      }
      // Enough that what concerns policies of other servers crowds nothing out.
      var limits = ValidationLimits.standard
      limits.findings = 10_000
      let result = Validator(schema: schema).validate(policies.set, limits: limits)
      for finding in result.errors + result.warnings {
        guard let scope = scopes[finding.policy], scope.server == server else { continue }
        add(finding, of: policies, scope, to: &report)
      }
    }
  }

  private func add(
    _ finding: ValidationFinding, of policies: Policies, _ scope: PolicyScope,
    to report: inout PolicyReport
  ) {
    let message =
      finding.message + example(of: finding) + (finding.help.map { "; \($0)" } ?? "")
      + reason(for: finding, in: policies)
    let problem = policies.problem(at: finding.place, of: finding.policy, message)
    switch finding.kind {
    // What is wrong with names was said before, with more to the point.
    case .unknownAction: break
    case .noApplicableAction where scope.isPending: break
    // No tool is in the group at the moment; one may come.
    case .noApplicableAction:
      if scope.namesAction, finding.message.hasSuffix(Self.emptyGroup),
        let why = untold(ofServer: scope.server)
      {
        let message = "the policy applies to nothing yet: \(why)"
        report.add(policies.problem(at: finding.place, of: finding.policy, message), to: \.pending)
      } else {
        report.add(problem, to: \.warnings)
      }
    default: report.add(problem, to: finding.kind.isWarning ? \.warnings : \.errors)
    }
  }

  /// As the validator says it of a group of actions in which no tool is.
  private static let emptyGroup = "no action of its scope applies to anything"

  /// Why more tools may come of a server, or of any; nil when all are known and approved.
  private func untold(ofServer name: String?) -> String? {
    let concerned = servers.filter { name == nil || $0.configuration.name == name }
    if concerned.isEmpty, name == nil { return "no server is configured" }
    let withheld = concerned.filter { $0.listed?.withholdsTools == true }
      .map(\.configuration.name)
    if let first = withheld.first {
      return "nobody has approved the tools of \(Self.names(withheld)) "
        + "(`sallyport upstream show \(first)`)"
    }
    let unlisted = concerned.filter { $0.configuration.isEnabled && !$0.isListed }
      .map(\.configuration.name)
    return unlisted.isEmpty ? nil : "the tools of \(Self.names(unlisted)) are not known"
  }

  private static func names(_ servers: [String]) -> String {
    let first = servers.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
    return servers.count > 3 ? "\(first) and \(servers.count - 3) more" : first
  }

  private func example(of finding: ValidationFinding) -> String {
    guard let environment = finding.environment else { return "" }
    let others = finding.otherEnvironments
    return " (for `\(environment.action.id)`\(others > 0 ? " and \(others) more" : ""))"
  }

  /// Why the schema has not what a policy reads, where that is known.
  private func reason(for finding: ValidationFinding, in policies: Policies) -> String {
    guard
      let input = policies.set[finding.policy]?.contextUse[PolicyContext.inputName],
      let part = untyped.first(where: { part in
        (finding.environment.map { $0.action.id == part.tool } ?? true) && input.reads(part.path)
      })
    else { return "" }
    let path = ["context", "input"] + part.path.map { String($0.prefix(64)) }
    return "; `\(path.joined(separator: "."))` of \(part.tool) has no type: \(part.reason)"
  }
}

extension AttributeUse {
  /// Whether a path of members, a part of it, or something beyond it is read.
  fileprivate func reads(_ path: [String]) -> Bool {
    var use = self
    for name in path {
      if use.isWhole { return true }
      guard let next = use[AttributeName(name)] else { return false }
      use = next
    }
    return true
  }
}
