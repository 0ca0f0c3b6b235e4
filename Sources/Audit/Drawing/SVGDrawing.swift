import Logging

/// A graph as a picture: a row for each decision, time downwards, with the columns human, agent,
/// skill, server, tool, data. What was decided is told by dash, end and label of the line to the
/// server, not by colour.
struct SVGDrawing {
  let graph: Graph

  private static let columns = ["human", "agent", "skill", "server", "tool", "data"]
  private static let left = 210
  private static let boxWidth = 150
  private static let gap = 40
  /// Between skill and server, where the decision stands.
  private static let wideGap = 170
  private static let rowHeight = 52
  private static let boxHeight = 26
  private static let top = 60

  var text: String {
    let rows = graph.calls.count
    let height = Self.top + rows * Self.rowHeight + 90
    let width = Self.x(5) + Self.boxWidth + 20
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)" font-family="sans-serif" font-size="12" role="img">
      <title>What was called, by whom and how it was decided</title>
      <style>
      .box { fill: #fff; stroke: #333; } .box.off { stroke-dasharray: 3 3; fill: #f4f4f4; }
      .life { stroke: #999; } .line { stroke: #111; fill: none; } .head { font-weight: bold; }
      .small { font-size: 10px; } .mark { stroke: #111; fill: #fff; }
      </style>
      <rect width="100%" height="100%" fill="#fff"/>

      """
    for (column, title) in Self.columns.enumerated() {
      text += label(title, Self.x(column) + Self.boxWidth / 2, 30, "head", anchor: "middle")
    }
    var before: [Place?] = Array(repeating: nil, count: Self.columns.count)
    for (row, call) in graph.calls.enumerated() {
      text += self.row(row, call, &before)
    }
    text += legend(Self.top + rows * Self.rowHeight + 16)
    return text + "</svg>\n"
  }

  private static func x(_ column: Int) -> Int {
    left + column * (boxWidth + gap) + (column > 2 ? wideGap - gap : 0)
  }

  /// The names in the columns; nil where there is none.
  private func cells(_ call: GraphCall) -> [String?] {
    let digest = call.arguments.digest.map(ShortDigest.of)
    let size = call.arguments.bytes.map { "\($0) B" }
    let data = [digest, size].compactMap(\.self).joined(separator: ", ")
    return [
      call.human, call.agent, call.skill.isEmpty ? nil : call.skill.short, call.server, call.tool,
      data.isEmpty ? nil : data + (call.arguments.isErased ? ", erased" : ""),
    ]
  }

  private func row(_ row: Int, _ call: GraphCall, _ before: inout [Place?]) -> String {
    let y = Self.top + row * Self.rowHeight + Self.boxHeight / 2
    let cells = self.cells(call)
    let isReached = call.decision == "allow"
    var text = "<g>\n<title>\(TextEscape.xml(title(call)))</title>\n"
    let time = UTCTimestamp(milliseconds: call.time / 1000).description
    text += label(String(time.dropFirst(11).prefix(12)), 8, y, "small")
    text += label(call.call, 8, y + 12, "small")
    var places: [Place?] = Array(repeating: nil, count: cells.count)
    var last: Int?
    for (column, cell) in cells.enumerated() {
      guard let cell else { continue }
      if let last {
        text += line(
          from: Self.x(last) + Self.boxWidth, to: Self.x(column), y,
          last < 3 && column >= 3 ? call.mark : .plain, isReached || column < 3)
      }
      if last.map({ $0 < 3 }) ?? true, column >= 3 { text += decision(call, last, column, y) }
      // The same as above, short of data: it goes on there.
      let above = before[column]
      let goesOn = column < 3 && above?.name == cell
      text +=
        goesOn
        ? lifeline(column, y, isBelowBox: above?.isBox ?? true)
        : box(cell, column, y, isOff: column >= 3 && !isReached)
      places[column] = Place(name: cell, isBox: !goesOn)
      last = column
    }
    before = places
    return text + "</g>\n"
  }

  private func title(_ call: GraphCall) -> String {
    var words = ["call \(call.call)", call.decision]
    words += call.policies
    words += [call.reason, call.outcome?.status, call.credential.map { "credential \($0)" }]
      .compactMap(\.self)
    return words.joined(separator: "; ")
  }

  private func decision(_ call: GraphCall, _ last: Int?, _ column: Int, _ y: Int) -> String {
    let start = last.map { Self.x($0) + Self.boxWidth } ?? Self.x(column) - Self.wideGap
    let middle = max(start, Self.x(3) - Self.wideGap) + 12
    var text = label(cut(Self.word(call), 26), middle, y - 6, "small")
    let why = call.policies.first ?? call.reason ?? ""
    if !why.isEmpty { text += label(cut(why, 26), middle, y + 14, "small") }
    return text
  }

  private static func word(_ call: GraphCall) -> String {
    switch call.mark {
    case .plain: call.outcome == nil ? "allowed, in doubt" : "allowed"
    case .denied: "✕ denied"
    case .asked: "? asked" + (call.remedies.map { ": \($0)" } ?? "")
    case .approved:
      "✓ approved"
        + (call.approvals.last { $0.approver != nil }?.approver.map { " by \($0)" } ?? "")
    case .tainted: "~ tainted"
    }
  }

  private func box(_ name: String, _ column: Int, _ y: Int, isOff: Bool) -> String {
    let x = Self.x(column)
    let half = Self.boxHeight / 2
    let shape = isOff ? "box off" : "box"
    return """
      <rect class="\(shape)" x="\(x)" y="\(y - half)" width="\(Self.boxWidth)" \
      height="\(Self.boxHeight)" rx="\(column == 0 ? half : 4)"/>

      """ + label(cut(name, 22), x + Self.boxWidth / 2, y + 4, "", anchor: "middle")
  }

  /// What stands in a column of a row.
  private struct Place {
    var name: String
    /// Or else a lifeline of one above.
    var isBox: Bool
  }

  private func lifeline(_ column: Int, _ y: Int, isBelowBox: Bool) -> String {
    let x = Self.x(column) + Self.boxWidth / 2
    let above = y - Self.rowHeight + (isBelowBox ? Self.boxHeight / 2 : 0)
    let start = column == 0 ? x : Self.x(column)
    return """
      <line class="life" x1="\(x)" y1="\(above)" x2="\(x)" y2="\(y)"/>
      <line class="line" x1="\(start)" y1="\(y)" x2="\(Self.x(column) + Self.boxWidth)" y2="\(y)"/>
      <circle class="mark" cx="\(x)" cy="\(y)" r="3"/>

      """
  }

  /// A line with its end: an arrow; a bar across with a cross; a circle; two lines; a diamond.
  private func line(
    from start: Int, to end: Int, _ y: Int, _ mark: Graph.Mark, _ isReached: Bool
  ) -> String {
    func path(_ dash: String, _ y: Int, _ width: Int = 1, to end: Int) -> String {
      let dashes = dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\""
      return
        "<path class=\"line\" d=\"M\(start) \(y)H\(end)\" stroke-width=\"\(width)\"\(dashes)/>\n"
    }
    let arrow =
      "<path class=\"line\" d=\"M\(end - 6) \(y - 4)L\(end) \(y)L\(end - 6) \(y + 4)\"/>\n"
    switch mark {
    case .plain: return path(isReached ? "" : "1 3", y, to: end) + (isReached ? arrow : "")
    case .denied:
      let x = end - 14
      return path("6 4", y, to: x)
        + "<path class=\"line\" stroke-width=\"2\" d=\"M\(x - 5) \(y - 5)L\(x + 5) \(y + 5)"
        + "M\(x - 5) \(y + 5)L\(x + 5) \(y - 5)\"/>\n"
    case .asked:
      return path("2 3", y, to: end - 14)
        + "<circle class=\"mark\" cx=\"\(end - 9)\" cy=\"\(y)\" r=\"5\"/>\n"
    case .approved: return path("", y - 2, to: end - 3) + path("", y + 2, to: end - 3) + arrow
    case .tainted:
      return path("10 3 2 3", y, 2, to: end - 12)
        + "<path class=\"mark\" d=\"M\(end - 12) \(y)L\(end - 6) \(y - 5)L\(end) \(y)"
        + "L\(end - 6) \(y + 5)Z\"/>\n"
    }
  }

  private func legend(_ y: Int) -> String {
    var text = "<g>\n"
    for (place, mark) in Graph.Mark.allCases.enumerated() {
      let x = Self.left + place * 180
      text += line(from: x, to: x + 60, y, mark, true)
      text += label(mark == .plain ? "allowed" : mark.rawValue, x + 68, y + 4, "")
    }
    text += "</g>\n"
    if let omission = graph.omission { text += label("… " + omission, Self.left, y + 34, "head") }
    return text
  }

  private func label(
    _ text: String, _ x: Int, _ y: Int, _ style: String, anchor: String = "start"
  ) -> String {
    "<text x=\"\(x)\" y=\"\(y)\" class=\"\(style)\" text-anchor=\"\(anchor)\">"
      + "\(TextEscape.xml(text))</text>\n"
  }

  private func cut(_ text: String, _ count: Int) -> String { TextEscape.cut(text, to: count) }
}
