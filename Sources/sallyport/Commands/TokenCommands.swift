import JSON
import Logging

/// `sallyport token …`
struct TokenCommand {
  let invocation: TokenInvocation
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
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
    case .list: try client.request("GET", "/v1/tokens")
    case .show(let id): try client.request("GET", try path(id))
    case .revoke(let id): try client.request("DELETE", try path(id))
    case .rotate(let id, let overlap):
      try client.request(
        "POST", try path(id) + "/rotate", body: Array(#"{"overlap":\#(overlap)}"#.utf8))
    case .create(let draft):
      try client.request("POST", "/v1/tokens", body: Array(Self.json(draft).utf8))
    }
  }

  private func path(_ id: String) throws(AdminClient.Failure) -> String {
    guard !id.isEmpty, id.allSatisfy(\.isHexDigit) else {
      throw .refused("a token's name has hexadecimal digits alone: `sallyport token list`")
    }
    return "/v1/tokens/\(id)"
  }

  private static func json(_ draft: TokenDraft) -> String {
    var members = [
      ("agent", JSONText.string(draft.agent)), ("ttl", "\(draft.lifetime)"),
      ("roles", "[" + draft.roles.map(JSONText.string).joined(separator: ",") + "]"),
      ("scopes", "[" + draft.scopes.map(JSONText.string).joined(separator: ",") + "]"),
    ]
    for (name, value) in [
      ("human", draft.human), ("tenant", draft.tenant), ("profile", draft.profile),
    ] {
      if let value { members.append((name, JSONText.string(value))) }
    }
    return JSONText.object(members.map { (name: $0.0, value: $0.1) })
  }

  private func table(_ tokens: JSONNode) -> String {
    var table = TextTable([
      .init(title: "ID"), .init(title: "STATE"), .init(title: "AGENT"), .init(title: "HUMAN"),
      .init(title: "PROFILE"), .init(title: "EXPIRES"), .init(title: "LAST USE"),
      .init(title: "FROM"),
    ])
    for token in tokens.elements {
      func text(_ name: String) -> String { token[member: name]?.string ?? "" }
      let state = text("state")
      table.add([
        .init(text("id")), .init(state, state == "valid" ? .green : .dim), .init(text("agent")),
        .init(text("human")), .init(text("profile")), .init(Self.time(token, "expiresAt")),
        .init(Self.time(token, "usedAt")), .init(text("usedFrom")),
      ])
    }
    return table.render(on: session.output)
  }

  private func show(_ token: JSONNode) {
    if let text = token[member: "token"]?.string {
      Output.write(text + "\n")
      Output.writeError(
        "this is shown once; \(token[member: "agent"]?.string ?? "") sends it as "
          + "`Authorization: Bearer …`\n")
      return
    }
    for (name, value) in token.members {
      let text =
        name.hasSuffix("At")
        ? Self.time(token, name)
        : value.string ?? value.elements.compactMap(\.string).joined(separator: ", ")
      Output.write(printable("\(name): \(text)") + "\n")
    }
  }

  private static func time(_ token: JSONNode, _ name: String) -> String {
    guard let seconds = token[member: name]?.int64 else { return "" }
    return UTCTimestamp(milliseconds: seconds * 1000).description
  }
}

/// `sallyport whoami`
struct WhoAmICommand {
  let token: String?
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    let shown = token == "-" ? readLine(strippingNewline: true) ?? "" : token
    let body = shown.map { #"{"token":\#(JSONText.string($0))}"# } ?? "{}"
    do {
      let answer = try AdminClient(directories).request(
        "POST", "/v1/whoami", body: Array(body.utf8)
      ).root
      if common.json {
        Output.write(answer.description + "\n")
      } else {
        for (name, value) in answer.members {
          let text = Self.text(of: value)
          Output.write(printable("\(name): \(text)") + "\n")
        }
      }
      return .success
    } catch {
      return session.report(error)
    }
  }

  private static func text(of value: JSONNode) -> String {
    switch value.kind {
    case .string: value.string ?? ""
    case .array: value.elements.compactMap(\.string).joined(separator: ", ")
    case .object:
      value.members.map { "\($0.name) \(text(of: $0.value))" }.joined(separator: "; ")
    default: value.description
    }
  }
}
