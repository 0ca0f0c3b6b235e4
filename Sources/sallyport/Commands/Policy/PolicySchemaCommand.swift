import Cedar
import JSON

/// `sallyport policy schema`
struct PolicySchemaCommand {
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    do {
      let answer = try AdminClient(directories).request("GET", "/v1/policy/schema")
      let text = answer.root[member: "cedar"]?.string ?? ""
      let formatted = try SchemaFormatter.format(text, file: "the gateway's schema", width: 100)
      Output.write(
        common.json
          ? try SchemaSyntax(parsing: text, file: "the gateway's schema").json + "\n" : formatted)
      for input in answer.root[member: "untyped"]?.elements.map({ $0 }) ?? [] { tell(input) }
      return .success
    } catch let error as AdminClient.Failure {
      return session.report(error)
    } catch {
      session.report("the gateway gave a schema that cannot be read: \(error)")
      return .failure
    }
  }

  /// Says what the schema leaves out.
  private func tell(_ input: JSONNode) {
    func text(_ member: String) -> String { printable(input[member: member]?.string ?? "") }
    Output.writeError(
      "note: policies cannot read \(text("argument")) of \(text("tool")): \(text("reason"))\n")
  }
}
