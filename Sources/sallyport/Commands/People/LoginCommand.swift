import Configuration
import JSON

/// `sallyport login` and `sallyport logout`
struct LoginCommand {
  let invocation: PersonInvocation
  let common: Invocation.Common
  let session: Session

  func run(_ directories: ConfigurationDirectories) -> ExitCode {
    let file = SessionFile(directories)
    do {
      switch invocation {
      case .login(let name, let fromInput):
        return try logIn(AdminClient(directories), file, name, fromInput: fromInput)
      case .loginInBrowser:
        return try keep(BrowserLogin(client: AdminClient(directories)).run(), file)
      default:
        // The file goes also when nobody is there to be told.
        defer { file.remove() }
        let answer = try AdminClient(directories).request("POST", "/v1/logout").root
        Output.write(common.json ? answer.description + "\n" : "signed out\n")
        return .success
      }
    } catch {
      return session.report(error)
    }
  }

  private func logIn(
    _ client: AdminClient, _ file: SessionFile, _ name: String?, fromInput: Bool
  ) throws(AdminClient.Failure) -> ExitCode {
    guard let name = name ?? (fromInput ? nil : Prompt.line("Name: ")) else {
      throw .refused("there is no terminal to ask at: give the name, and --password-stdin")
    }
    let answers =
      fromInput
      ? (readLine(strippingNewline: true), readLine(strippingNewline: true))
      : (Prompt.secret("Password: "), Prompt.line("Code: "))
    guard let password = answers.0, let code = answers.1 else {
      throw .refused(
        fromInput
          ? "standard input must hold the password and the code, one a line"
          : "there is no terminal to ask at: give --password-stdin")
    }
    let body = JSONText.object([
      (name: "name", value: JSONText.string(name)),
      (name: "password", value: JSONText.string(password)),
      (name: "code", value: JSONText.string(code)),
    ])
    return try keep(try client.request("POST", "/v1/login", body: Array(body.utf8)).root, file)
  }

  private func keep(
    _ answer: JSONNode, _ file: SessionFile
  ) throws(AdminClient.Failure) -> ExitCode {
    guard let token = answer[member: "session"]?.string else {
      throw .failed("it gave no session")
    }
    do { try file.keep(token) } catch {
      throw .failed("\(error.path) cannot be written: \(error.reason)")
    }
    let person = answer[member: "person"]?[member: "name"]?.string ?? ""
    Output.write(
      common.json
        ? JSONText.object([(name: "person", value: JSONText.string(person))]) + "\n"
        : printable("signed in as \(person)") + "\n")
    return .success
  }
}
