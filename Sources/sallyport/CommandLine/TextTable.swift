/// Rows in aligned columns. Cells are shown `printable`, since they often come from elsewhere.
struct TextTable: Sendable {
  enum Alignment: Sendable { case leading, trailing }

  struct Column: Sendable {
    var title: String
    var alignment = Alignment.leading
    /// Its turn to be left out where the table is wider than the terminal; nil never is.
    var yields: Int?
  }

  struct Cell: Sendable {
    var text: String
    var style: Terminal.Style?

    init(_ text: String, _ style: Terminal.Style? = nil) {
      self.text = printable(text)
      self.style = style
    }
  }

  var columns: [Column]
  private(set) var rows: [[Cell]] = []

  init(_ columns: [Column]) {
    self.columns = columns
  }

  /// Adds a row with a cell for each column.
  mutating func add(_ cells: [Cell]) {
    precondition(cells.count == columns.count, "a cell for each column")
    rows.append(cells)
  }

  /// What the last column is to have at least, if there is something in it, before others are left
  /// out.
  private static let lastWidth = 24
  private static let gap = "  "

  /// The table, each line ended. On a terminal columns that yield are left out, and the last one is
  /// cut, to fit.
  func render(on terminal: Terminal) -> String {
    let gap = Self.gap
    var widths = columns.map(\.title.count)
    for row in rows {
      for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.text.count) }
    }
    let shown = columnsShown(of: widths, on: terminal)
    if let width = terminal.width, let last = shown.last {
      let others = shown.dropLast().reduce(0) { $0 + widths[$1] + gap.count }
      widths[last] = min(widths[last], max(width - others, 10))
    }
    func line(_ cells: [Cell]) -> String {
      var line = ""
      for index in shown {
        let cell = cells[index]
        let isLast = index == shown.last
        let text =
          isLast && cell.text.count > widths[index]
          ? cell.text.prefix(widths[index] - 1) + "…" : cell.text[...]
        let padding = String(repeating: " ", count: widths[index] - text.count)
        let styled = cell.style.map { terminal.styled(String(text), $0) } ?? String(text)
        switch columns[index].alignment {
        case .trailing: line += padding + styled
        case .leading: line += isLast ? styled : styled + padding
        }
        if !isLast { line += gap }
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }
    return line(columns.map { Cell($0.title, .bold) }) + rows.map(line).joined()
  }

  private func columnsShown(of widths: [Int], on terminal: Terminal) -> [Int] {
    var shown = Array(columns.indices)
    guard let width = terminal.width, let last = shown.last else { return shown }
    func isTooWide() -> Bool {
      shown.reduce(min(widths[last], Self.lastWidth)) {
        $1 == last ? $0 : $0 + widths[$1] + Self.gap.count
      } > width
    }
    let yielding = columns.indices.filter { $0 != last && columns[$0].yields != nil }
      .sorted { (columns[$0].yields ?? 0) < (columns[$1].yields ?? 0) }
    for index in yielding {
      guard isTooWide() else { break }
      shown.removeAll { $0 == index }
    }
    return shown
  }
}
