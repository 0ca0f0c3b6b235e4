import Configuration
import Import
import JSON

/// `sallyport catalog add`
struct CatalogAddCommand {
  let addition: CatalogAddition
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    var given: [String: String] = [:]
    for value in addition.values {
      guard let end = value.firstIndex(of: "="), end > value.startIndex else {
        session.report("`--env` takes NAME=value")
        return .usage
      }
      given[String(value[..<end])] = String(value[value.index(after: end)...])
    }
    do {
      let server = try session.server(named: addition.name, in: addition.registry)
      if let status = server.status, status != "active" {
        session.report("warning: the registry says that it is \(status)")
      }
      let proposal = try server.proposal(by: addition.way, given: given)
      guard proposal.missing.isEmpty else { return report(missing: proposal) }
      let new = NewUpstream(
        name: addition.alias ?? proposal.name, definition: proposal.definition,
        secrets: proposal.secrets, reason: "\(server.name) \(server.version)")
      Output.writeError("\(new.name): \(printable(proposal.summary))\n")
      let warnings = try new.send(to: AdminClient(directories), isDryRun: addition.isDryRun)
      for warning in warnings { session.report("warning: \(warning)") }
      if addition.isDryRun {
        Output.write(new.shown(in: DataDirectory(directories.data)) + "\n")
      } else if common.json {
        Output.write(JSONText.object([("added", JSONText.string(new.name))]) + "\n")
      } else {
        Output.write(
          "\(session.output.styled("✓", .green)) added \(new.name), version "
            + printable(server.version) + "; `sallyport upstream list` shows how it is doing\n")
      }
      return .success
    } catch let failure as AdminClient.Failure {
      return session.report(failure)
    } catch let error as RegistryProposalError {
      session.report("\(addition.name): \(error.reason)")
    } catch {
      session.report("\(error)")
    }
    return .failure
  }

  private func report(missing proposal: RegistryProposal) -> ExitCode {
    session.report("it needs values that were not given:")
    for input in proposal.missing { Output.writeError("  \(printable(input.words))\n") }
    let names = proposal.missing.map { "--env '\($0.name)=…'" }.joined(separator: " ")
    Output.writeError("  give them with \(printable(names))\n")
    return .usage
  }
}
