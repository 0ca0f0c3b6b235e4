import JSON
import Logging

/// `sallyport person …`
struct PersonCommand {
  let invocation: PersonInvocation
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    switch invocation {
    case .login, .loginInBrowser, .logout:
      return LoginCommand(invocation: invocation, common: common, session: session)
        .run(directories)
    default: break
    }
    let document: JSONDocument
    do {
      document = try ask(AdminClient(directories))
    } catch {
      return session.report(error)
    }
    if common.json {
      Output.write(document.root.description + "\n")
    } else if invocation == .list {
      Output.write(table(document.root))
    } else {
      show(document.root)
    }
    return .success
  }

  private func ask(_ client: AdminClient) throws(AdminClient.Failure) -> JSONDocument {
    switch invocation {
    case .list: try client.request("GET", "/v1/people")
    case .show(let name): try client.request("GET", try path(name))
    case .remove(let name): try client.request("DELETE", try path(name))
    case .reset(let name): try client.request("POST", try path(name) + "/reset")
    case .roles(let name, let change): try set(name, change, client)
    case .add(let draft): try add(draft, client)
    case .login, .loginInBrowser, .logout: throw .failed("it is no request")
    }
  }

  private func path(_ name: String) throws(AdminClient.Failure) -> String {
    let isName = name.utf8.allSatisfy { byte in
      byte < 0x80
        && (UnicodeScalar(byte).properties.isAlphabetic || "0123456789._-@+".utf8.contains(byte))
    }
    guard !name.isEmpty, isName else {
      throw .refused("a person's name has letters, digits and `.`, `_`, `-`, `@`, `+` alone")
    }
    return "/v1/people/\(name)"
  }

  private func add(
    _ draft: PersonDraft, _ client: AdminClient
  ) throws(AdminClient.Failure) -> JSONDocument {
    _ = try path(draft.name)
    var members = [
      (name: "name", value: JSONText.string(draft.name)),
      (name: "roles", value: Self.array(draft.roles)),
    ]
    if let tenant = draft.tenant { members.append(("tenant", JSONText.string(tenant))) }
    switch draft.way {
    case .invitation: break
    case .input:
      guard let password = readLine(strippingNewline: true) else {
        throw .refused("standard input has no password")
      }
      members.append(("password", JSONText.string(password)))
    case .prompt:
      members.append(("password", JSONText.string(try Self.newPassword(of: draft.name))))
    }
    return try client.request("POST", "/v1/people", body: Array(JSONText.object(members).utf8))
  }

  private static func newPassword(of name: String) throws(AdminClient.Failure) -> String {
    guard let password = Prompt.secret("Password of \(name): "),
      let repeated = Prompt.secret("The same again: ")
    else {
      throw .refused("there is no terminal to ask at: give --password-stdin or --invite")
    }
    guard password == repeated else { throw .refused("the two passwords differ") }
    return password
  }

  private func set(
    _ name: String, _ change: RolesChange, _ client: AdminClient
  ) throws(AdminClient.Failure) -> JSONDocument {
    let path = try path(name)
    let present = try client.request("GET", path).root
    var roles = present[member: "roles"]?.elements.compactMap(\.string) ?? []
    roles.removeAll { change.removed.contains($0) }
    for role in change.added where !roles.contains(role) { roles.append(role) }
    var members = [(name: "roles", value: Self.array(roles))]
    if let tenant = change.tenant {
      members.append(("tenant", tenant.isEmpty ? "null" : JSONText.string(tenant)))
    }
    return try client.request(
      "PUT", path + "/roles", body: Array(JSONText.object(members).utf8))
  }

  private static func array(_ texts: [String]) -> String {
    "[" + texts.map(JSONText.string).joined(separator: ",") + "]"
  }

  private func table(_ people: JSONNode) -> String {
    var table = TextTable([
      .init(title: "NAME"), .init(title: "ROLES"), .init(title: "TENANT"), .init(title: "WAYS IN"),
      .init(title: "SESSIONS"), .init(title: "LAST SIGN-IN"),
    ])
    for person in people.elements {
      func list(_ name: String) -> String {
        person[member: name]?.elements.compactMap(\.string).joined(separator: ", ") ?? ""
      }
      let ways = list("ways")
      table.add([
        .init(person[member: "name"]?.string ?? ""), .init(list("roles")),
        .init(person[member: "tenant"]?.string ?? ""),
        ways.isEmpty ? .init("invited", .yellow) : .init(ways),
        .init("\(person[member: "sessions"]?.int64 ?? 0)"),
        .init(Self.time(person, "signedInAt")),
      ])
    }
    return table.render(on: session.output)
  }

  private func show(_ person: JSONNode) {
    if let invitation = person[member: "invitation"]?.string {
      let name = person[member: "name"]?.string ?? ""
      Output.write((person[member: "link"]?.string ?? invitation) + "\n")
      let until = Self.time(person, "invitedUntil")
      let note =
        "this is shown once, and counts once, until \(until); \(name) opens it and chooses how to "
        + "sign in"
      Output.writeError(printable(note) + "\n")
      return
    }
    for (name, value) in person.members {
      let text =
        name.hasSuffix("At") || name.hasSuffix("Until")
        ? Self.time(person, name)
        : value.string ?? value.int64.map { "\($0)" }
          ?? value.elements.compactMap(\.string).joined(separator: ", ")
      Output.write(printable("\(name): \(text)") + "\n")
    }
  }

  private static func time(_ person: JSONNode, _ name: String) -> String {
    guard let seconds = person[member: name]?.int64 else { return "" }
    return UTCTimestamp(milliseconds: seconds * 1000).description
  }
}
