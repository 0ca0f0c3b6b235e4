import Audit
import Cedar
import Configuration
import Gate
import JSON
import Ledger

/// `sallyport policy explain` of a recorded call: from the ledger's files, so that it needs no
/// running gateway.
struct PolicyExplainRecordedCommand {
  let call: String
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    do {
      guard let (history, entry) = try find(in: DataDirectory(directories.data).ledger)
      else {
        session.report(
          "the ledger has no decision about a call `\(call)`",
          hint: "`sallyport audit list --kind decision` shows the ids; the end of one is enough")
        return .failure
      }
      guard let recorded = try RecordedDecision(entry) else { return .failure }
      let text = try recorded.request.explanation(
        with: history.policies(of: recorded), entities: history.entities(of: recorded))
      return try session.show(explanation: JSONDocument(parsing: text), isJSON: common.json)
    } catch {
      session.report("the call cannot be explained: \(error)")
      return .failure
    }
  }

  /// Calls that are named when several are meant.
  private static let callsMax = 10

  /// The newest decision about the call, with what was in force when it was made.
  /// - Throws: also when several calls end so.
  private func find(in directory: String) throws -> (DecisionHistory, LedgerEntry)? {
    var reader = try LedgerReader(directory: directory)
    var history = DecisionHistory()
    var found: (DecisionHistory, LedgerEntry)?
    var calls: [String] = []
    while let entry = try reader.next() {
      try history.add(entry)
      let record = entry.document.root
      guard record[member: "kind"]?.equals("decision") == true,
        let id = record[member: "call"]?.string, id.hasSuffix(call),
        record[member: "method"]?.equals("tools/call") == true
      else { continue }
      found = (history, entry)
      if calls.count < Self.callsMax, !calls.contains(id) { calls.append(id) }
    }
    guard calls.count < 2 else { throw AuditError.ambiguous(call, calls: calls) }
    return found
  }
}

/// `sallyport policy explain` with `--tool`, `--prompt` or `--resource`: the running gateway says
/// what it would decide.
struct PolicyExplainCommand {
  let agent: String?
  let subject: ExplainedSubject
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    var writer = JSONWriter(reservingCapacity: 256)
    writer.beginObject()
    func write(_ member: StaticString, _ text: String?) {
      guard let text else { return }
      writer.name(member)
      writer.string(text)
    }
    write("agent", agent)
    switch subject {
    case .tool(let name, let text):
      guard let arguments = self.arguments(text) else { return .usage }
      write("name", name)
      writer.name("arguments")
      writer.raw(arguments.root.raw)
    case .prompt(let name, let action):
      write("prompt", name)
      write("action", action)
    case .resource(let uri, let action):
      write("resource", uri)
      write("action", action)
    }
    writer.endObject()
    do {
      let answer = try AdminClient(directories).request(
        "POST", "/v1/policy/explain", body: writer.bytes)
      return session.show(explanation: answer, isJSON: common.json)
    } catch {
      return session.report(error)
    }
  }

  /// The arguments of a call; nil, and why is said, when they are none.
  private func arguments(_ text: String) -> JSONDocument? {
    do {
      let document = try JSONDocument(parsing: Array(text.utf8))
      if document.root.kind == .object { return document }
      session.report("`--args` must be a JSON object, not \(document.root.kind)")
    } catch {
      session.report("`--args` is not JSON: \(error)")
    }
    return nil
  }
}
