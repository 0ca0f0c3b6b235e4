import Audit
import Glibc

/// The entry point. Synchronous on purpose: an asynchronous one would run everything on the main
/// actor, off the event loops.
@main
enum Main {
  static func main() {
    let session = Session.current()
    do {
      let words = Array(CommandLine.arguments.dropFirst())
      exit(run(try ArgumentParser.parse(words, table: CommandTable.root), session).rawValue)
    } catch {
      Output.writeError(error.text)
      exit(ExitCode.usage.rawValue)
    }
  }

  private static func run(_ invocation: Invocation, _ session: Session) -> ExitCode {
    switch invocation {
    case .help(let path):
      guard let command = CommandTable.command(at: path) else { return .usage }
      Output.write(Help(path: path, command: command, terminal: session.output).text)
    case .version(let json):
      let name = "sallyport \(Version.current)"
      let object = JSONText.object([("version", JSONText.string(Version.current))])
      Output.write((json ? object : name) + "\n")
    case .completion(let shell):
      Output.write(Completion.script(for: shell, table: CommandTable.root))
    case .reference:
      Output.write(Reference.markdown(of: CommandTable.root))
    case .initialize(let directory, let force):
      return InitCommand(directory: directory, force: force, session: session).run()
    case .check(let common):
      return CheckCommand(common: common, session: session).run()
    case .serve(let common):
      return ServeCommand(common: common, session: session).run()
    case .stdio(let endpoint, let common):
      return StdioCommand(endpoint: endpoint, common: common, session: session).run()
    case .upstreamList(let common):
      return UpstreamListCommand(common: common, session: session).run()
    case .registration(let invocation, let common):
      return run(invocation, common, session)
    case .review(.show(let server, let all), let common):
      return UpstreamShowCommand(server: server, all: all, common: common, session: session).run()
    case .review(.decide(let request, let server, let isConfirmed), let common):
      return UpstreamDecideCommand(
        request: request, server: server, isConfirmed: isConfirmed, common: common,
        session: session
      ).run()
    case .toolsList(let server, let common):
      return ToolsListCommand(server: server, common: common, session: session).run()
    case .toolsSearch(let search, let common):
      return ToolsSearchCommand(search: search, common: common, session: session).run()
    case .toolsScore(let catalog, let queries, let common):
      return ToolsScoreCommand(
        catalog: catalog, queries: queries, common: common, session: session
      ).run()
    case .call(let tool, let arguments, let common):
      return CallCommand(tool: tool, arguments: arguments, common: common, session: session).run()
    case .auditTail(let follow, let count, let common):
      return AuditTailCommand(follow: follow, count: count, common: common, session: session).run()
    case .auditList(let filter, let common):
      return AuditListCommand(filter: filter, common: common, session: session).run()
    case .evidence(let invocation, let common):
      return run(invocation, common, session)
    case .auditExport(let options, let common):
      return AuditExportCommand(options: options, common: common, session: session).run()
    case .auditReport(let since, let until, let directory, let common):
      return AuditReportCommand(
        since: since, until: until, directory: directory, common: common, session: session
      ).run()
    case .audit(.ask(let question, let format), let common):
      return AuditQuestionCommand(
        question: question, format: format, common: common, session: session
      ).run()
    case .audit(.could(let question), let common):
      return AuditCouldCommand(question: question, common: common, session: session).run()
    case .audit(.reindex, let common):
      return AuditReindexCommand(common: common, session: session).run()
    case .policy(let invocation, let common):
      return run(invocation, common, session)
    case .token(let invocation, let common):
      return TokenCommand(invocation: invocation, common: common, session: session).run()
    case .person(let invocation, let common):
      return PersonCommand(invocation: invocation, common: common, session: session).run()
    case .approvals(let invocation, let common):
      return ApprovalCommand(invocation: invocation, common: common, session: session).run()
    case .whoAmI(let token, let common):
      return WhoAmICommand(token: token, common: common, session: session).run()
    case .kill(let invocation, let common):
      return KillCommand(invocation: invocation, common: common, session: session).run()
    case .grants(let invocation, let common):
      return GrantCommand(invocation: invocation, common: common, session: session).run()
    case .quotas(let common):
      return QuotasCommand(common: common, session: session).run()
    case .status(let common):
      return StatusCommand(common: common, session: session).run()
    }
    return .success
  }

  private static func run(
    _ invocation: EvidenceInvocation, _ common: Invocation.Common, _ session: Session
  ) -> ExitCode {
    switch invocation {
    case .verify(let target, let trust):
      VerifyCommand(target: target, trust: trust, common: common, session: session).run()
    case .prove(let sequence, let payloads, let output):
      ProveCommand(
        sequence: sequence, payloads: payloads, output: output, common: common, session: session
      ).run()
    case .verifyPack(let file, let trust):
      VerifyPackCommand(file: file, trust: trust, common: common, session: session).run()
    case .checkpoint: CheckpointCommand(common: common, session: session).run()
    case .key: KeyShowCommand(common: common, session: session).run()
    case .rotateKey: KeyRotateCommand(common: common, session: session).run()
    case .tiles(let directory):
      TilesCommand(directory: directory, common: common, session: session).run()
    case .erase(let erasure):
      EraseCommand(erasure: erasure, common: common, session: session).run()
    case .retain(let retention):
      RetainCommand(retention: retention, common: common, session: session).run()
    }
  }

  private static func run(
    _ invocation: RegistrationInvocation, _ common: Invocation.Common, _ session: Session
  ) -> ExitCode {
    switch invocation {
    case .add(let server, let isDryRun):
      UpstreamAddCommand(
        server: server, isDryRun: isDryRun, common: common, session: session
      ).run()
    case .remove(let name):
      UpstreamChangeCommand(verb: .remove, name: name, common: common, session: session).run()
    case .enable(let name, let isEnabled):
      UpstreamChangeCommand(
        verb: isEnabled ? .enable : .disable, name: name, common: common, session: session
      ).run()
    case .restart(let name):
      UpstreamChangeCommand(verb: .restart, name: name, common: common, session: session).run()
    case .logs(let name, let follow):
      UpstreamLogsCommand(name: name, follow: follow, common: common, session: session).run()
    case .test(let name):
      UpstreamTestCommand(name: name, common: common, session: session).run()
    case .trial(let server):
      UpstreamTrialCommand(server: server, common: common, session: session).run()
    case .importing(let request):
      UpstreamImportCommand(request: request, common: common, session: session).run()
    case .catalog(.search(let query, let registry, let limit)):
      CatalogSearchCommand(
        query: query, registry: registry, limit: limit, common: common, session: session
      ).run()
    case .catalog(.list(let filter)):
      CatalogListCommand(filter: filter, common: common, session: session).run()
    case .catalog(.show(let name, let registry)):
      CatalogShowCommand(name: name, registry: registry, common: common, session: session).run()
    case .catalog(.add(let addition)):
      CatalogAddCommand(addition: addition, common: common, session: session).run()
    case .catalog(.card(let name, let members, let isCleared)):
      CatalogCardCommand(
        name: name, members: members, isCleared: isCleared, common: common, session: session
      ).run()
    }
  }

  private static func run(
    _ invocation: PolicyInvocation, _ common: Invocation.Common, _ session: Session
  ) -> ExitCode {
    switch invocation {
    case .check(let paths, let schema, let isPermissive, let level):
      PolicyCheckCommand(
        paths: paths, schemaFile: schema, isPermissive: isPermissive, level: level, common: common,
        session: session
      ).run()
    case .format(let paths, let isCheck, let width):
      PolicyFormatCommand(
        paths: paths, isCheck: isCheck, width: width, common: common, session: session
      ).run()
    case .test(let paths, let root):
      PolicyTestCommand(paths: paths, root: root, common: common, session: session).run()
    case .explainRecorded(let call):
      PolicyExplainRecordedCommand(call: call, common: common, session: session).run()
    case .explain(let agent, let subject):
      PolicyExplainCommand(agent: agent, subject: subject, common: common, session: session).run()
    case .diff(let old, let new, let agent, let since, let until):
      PolicyDiffCommand(
        old: old, new: new, agent: agent, since: since, until: until, common: common,
        session: session
      ).run()
    case .schema:
      PolicySchemaCommand(common: common, session: session).run()
    }
  }
}
