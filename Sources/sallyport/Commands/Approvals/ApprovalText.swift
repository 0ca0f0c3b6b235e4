import Approvals
import JSON
import Logging

/// An approval of the admin API as a person reads it.
struct ApprovalText {
  let approval: JSONNode
  let terminal: Terminal
  /// Seconds since 1970 UTC.
  let now: Int64

  private func text(_ node: JSONNode?, _ name: String) -> String {
    printable(node?[member: name]?.string ?? "")
  }

  private func texts(_ node: JSONNode?, _ name: String) -> [String] {
    node?[member: name]?.elements.compactMap(\.string).map(printable) ?? []
  }

  private func number(_ node: JSONNode?, _ name: String) -> Int64? {
    node?[member: name]?.int64
  }

  /// One line: what, by whom, how old.
  var line: String {
    let human = text(approval, "human")
    let whom = human.isEmpty ? "" : " for \(human)"
    return "\(text(approval, "id"))  \(terminal.styled(state, style))  "
      + "\(text(approval, "agent"))\(whom): \(text(approval, "tool")) "
      + "(\(text(approval, "effect")))  \(left ?? age)"
  }

  var state: String { text(approval, "state") }

  /// How its state is shown.
  var style: Terminal.Style {
    switch state {
    case "pending": .yellow
    case "approved", "used": .green
    case "denied", "voided": .red
    default: .dim
    }
  }

  /// How long ago it was asked for.
  var age: String {
    "asked \(ApprovalAge.inWords(now - (number(approval, "requestedAt") ?? now))) ago"
  }

  /// How long people can still answer.
  var left: String? {
    guard state == "pending", let deadline = number(approval, "deadline") else { return nil }
    return "\(ApprovalAge.inWords(deadline - now)) left"
  }

  /// All of it, in the order in which it should be read.
  var whole: String {
    var shown = terminal.styled(text(approval, "id"), .bold) + "  "
    shown += terminal.styled(state, style) + "  " + age
    if let left { shown += ", \(left)" }
    shown += "\n"
    shown += section("WHAT WILL HAPPEN", what)
    shown += section("WHO ASKS FOR WHOM", who)
    shown += section("WHY IT WAS FLAGGED", why)
    shown += section("WHAT HAPPENED BEFORE", before)
    shown += section("WHAT CANNOT BE UNDONE", texts(approval, "irreversible"))
    shown += section("ANSWERS", answers)
    return shown + section("NEXT", next)
  }

  private func section(_ title: String, _ lines: [String]) -> String {
    guard !lines.isEmpty else { return "" }
    return "\n" + terminal.styled(title, .bold) + "\n" + lines.map { "  \($0)\n" }.joined()
  }

  private var what: [String] {
    let what = approval[member: "what"]
    var lines = [
      "\(text(approval, "tool")) of \(text(approval, "server")): \(text(what, "summary")) "
        + "(\(text(approval, "effect")), risk \(text(what, "risk")))"
    ]
    for line in what?[member: "lines"].map({ Array($0.elements) }) ?? [] {
      let value = text(line, "text")
      let quoted = text(line, "kind") == "string" ? "\"\(value)\"" : value
      let size = number(line, "bytesInAll").map { " (cut; \($0) bytes in all)" } ?? ""
      lines.append("\(terminal.styled(text(line, "path"), .cyan))  \(quoted)\(size)")
    }
    if let omitted = number(what, "linesOmitted"), omitted > 0 {
      lines.append("… and \(omitted) more values; `--json` has them all")
    }
    if lines.count == 1 {
      lines.append(what?[member: "arguments"] == nil ? "its arguments are erased" : "no arguments")
    }
    return lines
  }

  private var who: [String] {
    let who = approval[member: "who"]
    let human = text(approval, "human")
    var first = text(approval, "agent")
    first += human.isEmpty ? ", for nobody who is known" : ", for \(human)"
    let roles = texts(who, "roles")
    if !roles.isEmpty { first += ", in the roles \(roles.joined(separator: ", "))" }
    let tenant = text(who, "tenant")
    if !tenant.isEmpty { first += ", of \(tenant)" }
    var lines = [first]
    let client = text(who, "client")
    if !client.isEmpty {
      lines.append("with the client \(client) \(text(who, "clientVersion")), as it says")
    }
    lines.append("over \(text(who, "transport")), call \(text(who, "call"))")
    return lines
  }

  private var why: [String] {
    let why = approval[member: "why"]
    var lines: [String] = []
    for policy in why?[member: "policies"].map({ Array($0.elements) }) ?? [] {
      lines.append("policy " + terminal.styled(text(policy, "id"), .bold))
    }
    lines += texts(why, "advice").map { "“\($0)”" }
    lines.append("it takes: " + texts(approval, "remedies").joined(separator: " and "))
    return lines
  }

  private var before: [String] {
    guard let before = approval[member: "before"] else { return ["that cannot be told now"] }
    let basis =
      switch text(before, "basis") {
      case "trace": "in the same trace"
      case "session": "in the same session"
      default: "by the same agent, in the hour before"
      }
    let calls = before[member: "calls"].map { Array($0.elements) } ?? []
    guard !calls.isEmpty else { return ["nothing \(basis)"] }
    var lines = [basis + ":"]
    if let omitted = number(before, "omitted"), omitted > 0 {
      lines.append("… \(omitted) earlier")
    }
    for call in calls {
      let time = UTCTimestamp(milliseconds: (number(call, "time") ?? 0) / 1000).description
      let outcome = text(call, "outcome")
      lines.append(
        "\(time)  \(text(call, "decision"))\(outcome.isEmpty ? "" : " → \(outcome)")  "
          + text(call, "subject"))
    }
    return lines
  }

  private var answers: [String] {
    (approval[member: "answers"].map { Array($0.elements) } ?? []).map { answer in
      let verdict = text(answer, "verdict") == "approve" ? "yes" : "no"
      let reason = text(answer, "reason")
      return "\(text(answer, "person")): \(verdict), by \(text(answer, "via"))"
        + (reason.isEmpty ? "" : ", “\(reason)”")
    }
  }

  private var next: [String] {
    var lines = texts(approval, "needed")
    if lines.isEmpty { lines = [text(approval, "outcome")] }
    if state == "pending" {
      lines.append("sallyport approvals approve \(text(approval, "id"))")
      let link = text(approval, "link")
      if !link.isEmpty { lines.append("or \(link)") }
    }
    return lines
  }
}
