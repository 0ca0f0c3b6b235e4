import Cedar
import JSON

/// `sallyport policy schema`
struct PolicySchemaCommand {
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let configuration = session.configuration(common) else { return .configuration }
    do {
      let document = try AdminClient(configuration).request("GET", "/v1/policy/schema")
      let text = document.root[member: common.json ? "json" : "cedar"]
      guard let text else {
        session.report("the gateway gave no schema")
        return .failure
      }
      Output.write(common.json ? text.description + "\n" : text.string ?? "")
      return .success
    } catch {
      return session.report(error)
    }
  }
}
