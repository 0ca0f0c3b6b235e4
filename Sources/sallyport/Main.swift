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
      return CheckCommand(common: common, session: session, policyProblems: { _ in [] }).run()
    case .serve, .stdio, .upstreamList, .toolsList, .call, .auditTail, .auditList, .status:
      session.report("this command is not part of this build")
      return .failure
    }
    return .success
  }
}
