import JSON

/// The upstreams in a table, for people.
enum UpstreamTable {
  /// - Parameter upstreams: as `GET /v1/upstreams` has them.
  static func of(_ upstreams: JSONNode) -> TextTable {
    var table = TextTable([
      .init(title: "NAME"), .init(title: "STATE"), .init(title: "ORIGIN", yields: 2),
      .init(title: "TRANSPORT", yields: 3), .init(title: "PROTOCOL", yields: 1),
      .init(title: "TOOLS", alignment: .trailing),
      .init(title: "PROMPTS", alignment: .trailing, yields: 5),
      .init(title: "RESOURCES", alignment: .trailing, yields: 4),
      .init(title: "WAITING", alignment: .trailing),
      .init(title: "RESTARTS", alignment: .trailing, yields: 6),
      .init(title: "P95", alignment: .trailing), .init(title: "ERRORS", alignment: .trailing),
      .init(title: "NOTE"),
    ])
    for upstream in upstreams.elements { table.add(row(of: upstream)) }
    return table
  }

  private static func row(of upstream: JSONNode) -> [TextTable.Cell] {
    func text(_ member: String) -> String {
      upstream[member: member].map { $0.string ?? $0.description } ?? ""
    }
    let state = text("state")
    let waiting = text("waiting")
    let figures = CallFigures(of: upstream)
    return [
      .init(text("name")), .init(state, style(ofState: state)), .init(text("origin")),
      .init(text("transport")), .init(text("protocolVersion")), .init(text("tools")),
      .init(text("prompts")), .init(text("resources")),
      .init(waiting == "0" ? "" : waiting, .yellow), .init(text("restarts")),
      .init(figures?.p95 ?? ""),
      .init(figures?.errorRate ?? "", figures?.hasErrors == true ? .yellow : nil),
      .init(note(of: upstream)),
    ]
  }

  static func style(ofState state: String) -> Terminal.Style {
    switch state {
    case "ready": .green
    case "disabled", "stopped": .dim
    case "starting": .yellow
    default: .red
    }
  }

  private static func note(of upstream: JSONNode) -> String {
    func text(_ member: String) -> String? {
      upstream[member: member]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
    if text("state") != "ready", let error = text("lastError") { return error }
    if let note = text("listingError") ?? UpstreamHealthNote.text(of: upstream) { return note }
    let problems = upstream[member: "problems"]?.count ?? 0
    if problems > 0 { return "\(problems) are not offered" }
    return Card.overdue(upstream[member: "card"]).map { "review was due \($0)" } ?? ""
  }
}
