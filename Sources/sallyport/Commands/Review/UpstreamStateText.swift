import JSON

/// How a server is doing, for people.
struct UpstreamStateText {
  private static let titleWidth = 14

  let terminal: Terminal

  /// - Parameter upstream: as `GET /v1/upstreams` has it.
  func text(of upstream: JSONNode) -> String {
    func text(_ member: String) -> String? {
      upstream[member: member]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
    let state = text("state") ?? "unknown"
    let server = [text("server"), text("serverVersion")].compactMap { $0 }.joined(separator: " ")
    let more = [text("transport"), text("origin"), text("protocolVersion"), server]
      .compactMap { $0 }.filter { !$0.isEmpty }
    var shown =
      title("state") + terminal.styled(printable(state), UpstreamTable.style(ofState: state))
      + more.map { ", " + printable($0) }.joined() + "\n"
    shown += row("last error", text("lastError"))
    shown += row("advice", text("advice"))
    shown += row("lists", text("listingError"))
    if let restarts = upstream[member: "restarts"]?.int64, restarts > 0 {
      shown += row("restarts", "\(restarts)")
    }
    if let health = upstream[member: "health"] { shown += self.text(of: health, of: upstream) }
    for problem in upstream[member: "problems"].map({ Array($0.elements) }) ?? [] {
      let name = (problem[member: "name"] ?? problem[member: "tool"])?.string ?? ""
      shown += row("not offered", "\(name): \(problem[member: "reason"]?.string ?? "")")
    }
    return shown
  }

  private func text(of health: JSONNode, of upstream: JSONNode) -> String {
    var shown = calls(of: upstream)
    shown += row("last failure", health[member: "lastFailure"]?.string)
    shown += row("circuit", circuit(of: health))
    if let refused = health[member: "refusedByRate"]?.int64, refused > 0 {
      shown += row("rate", "\(refused) turned away since the start")
    }
    return shown
  }

  private func calls(of upstream: JSONNode) -> String {
    guard let figures = CallFigures(of: upstream) else {
      return row("calls", "none in the last 5 minutes")
    }
    var errors = figures.errorRate
    if figures.hasErrors {
      errors += ": \(figures.toolErrors) of tools or the server, \(figures.failures) without answer"
    }
    return row(
      "calls",
      "\(figures.calls) in the last 5 minutes, half within \(figures.median), 95 % within"
        + " \(figures.p95)") + row("errors", errors)
  }

  private func circuit(of health: JSONNode) -> String {
    let next = health[member: "nextTryMs"]?.int64.map { "tried again in \(($0 + 999) / 1000) s" }
    var parts: [String]
    switch health[member: "circuit"]?.string {
    case "open": parts = ["open: no calls pass"] + (next.map { [$0] } ?? [])
    case "half-open": parts = ["half-open: a call is being tried"]
    default: parts = ["closed"]
    }
    if let refused = health[member: "refusedByCircuit"]?.int64, refused > 0 {
      parts.append("\(refused) turned away since the start")
    }
    return parts.joined(separator: ", ")
  }

  private func row(_ title: String, _ text: String?) -> String {
    guard let text, !text.isEmpty else { return "" }
    return self.title(title) + printable(text) + "\n"
  }

  private func title(_ text: String) -> String {
    let padding = String(repeating: " ", count: max(1, Self.titleWidth - text.count))
    return terminal.styled(text + padding, .bold)
  }
}
