import Catalog
import Glibc
import JSON

/// `sallyport upstream approve`, `reject` and `revoke`
struct UpstreamDecideCommand {
  let request: ReviewRequest
  let server: String
  let isConfirmed: Bool
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    let client = AdminClient(directories)
    var decided = request
    if request.verb != .revoke {
      let reviewed: ReviewedServer
      do {
        reviewed = try client.review(server)
      } catch {
        return session.report(error)
      }
      let selected: [ReviewedServer.Item]
      switch reviewed.selection(request.items) {
      case .success(let items): selected = items
      case .failure(let error):
        session.report(
          error.description, hint: "`sallyport upstream show \(server) --all` names what there is")
        return .failure
      }
      guard !selected.isEmpty else {
        if common.json {
          Output.write(#"{"items":[],"waiting":0}"# + "\n")
        } else {
          Output.write("Nothing of \(printable(server)) waits for approval.\n")
        }
        return .success
      }
      if request.verb == .approve, !isConfirmed {
        guard let answer = confirm(selected) else { return .usage }
        guard answer else { return .failure }
      }
      decided.items = selected.map(\.key.word)
      decided.digests = Dictionary(
        selected.map { ($0.key.word, $0.digest) }, uniquingKeysWith: { first, _ in first })
      decided.effects = ReviewedServer.effects(request.effects, of: selected)
    }
    let answer: JSONNode
    do {
      answer = try client.request(
        "POST", "/v1/upstreams/\(AdminClient.path(server))/\(request.verb.rawValue)",
        body: Self.body(of: decided)
      ).root
    } catch {
      return session.report(error)
    }
    if common.json {
      Output.write(answer.description + "\n")
    } else {
      show(answer)
    }
    return .success
  }

  /// Shows what is to be approved and asks; nil when nobody can be asked.
  private func confirm(_ selected: [ReviewedServer.Item]) -> Bool? {
    guard isatty(STDIN_FILENO) == 1, session.output.isTerminal else {
      session.report("nobody can be asked here", hint: "`--yes` approves without asking")
      return nil
    }
    let text = ReviewText(terminal: session.output)
    for item in selected { Output.write(text.text(of: item) + "\n") }
    Output.write(
      "Approve \(Self.counted(selected.count)) of \(printable(server))? [y/N] ")
    let line = readLine()?.lowercased()
    return line == "y" || line == "yes"
  }

  private func show(_ answer: JSONNode) {
    let items = answer[member: "items"].map { $0.elements.compactMap(\.string) } ?? []
    let verb =
      switch request.verb {
      case .approve: "approved"
      case .reject: "rejected"
      case .revoke: "revoked"
      }
    for item in items {
      Output.write("\(session.output.styled(verb, .green)) \(printable(item))\n")
    }
    let name = printable(server)
    if answer[member: "approved"]?.bool == false, request.verb == .approve {
      Output.write(
        "Agents see nothing of \(name) before the server itself is approved: "
          + "sallyport upstream approve \(name) server\n")
    } else if let waiting = answer[member: "waiting"]?.int64, waiting > 0 {
      Output.write(
        "\(Self.counted(Int(waiting))) of \(name) still wait"
          + "\(waiting == 1 ? "s" : ""): sallyport upstream show \(name)\n")
    }
  }

  private static func counted(_ count: Int) -> String { count == 1 ? "1 item" : "\(count) items" }

  private static func body(of request: ReviewRequest) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 1_024)
    func object(_ name: String, _ members: [String: String]) {
      writer.name(name)
      writer.beginObject()
      for (key, value) in members.sorted(by: { $0.key < $1.key }) {
        writer.name(key)
        writer.string(value)
      }
      writer.endObject()
    }
    func array(_ name: String, _ texts: [String]) {
      writer.name(name)
      writer.beginArray()
      for text in texts { writer.string(text) }
      writer.endArray()
    }
    writer.beginObject()
    array("items", request.items)
    if let digests = request.digests { object("digests", digests) }
    if !request.effects.isEmpty { object("effects", request.effects) }
    if !request.despite.isEmpty { array("despite", request.despite.sorted()) }
    if let reason = request.reason {
      writer.name("reason")
      writer.string(reason)
    }
    writer.endObject()
    return writer.bytes
  }
}
