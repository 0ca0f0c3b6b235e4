/// Rows in aligned columns. Cells are shown `printable`, since they often come from elsewhere.
struct TextTable: Sendable {
  enum Alignment: Sendable { case leading, trailing }

  struct Column: Sendable {
    var title: String
    var alignment = Alignment.leading
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

  /// The table, each line ended. On a terminal the last column is cut to fit.
  func render(on terminal: Terminal) -> String {
    let gap = "  "
    var widths = columns.map(\.title.count)
    for row in rows {
      for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.text.count) }
    }
    if let width = terminal.width, let last = widths.indices.last {
      let others = widths.dropLast().reduce(0) { $0 + $1 + gap.count }
      widths[last] = min(widths[last], max(width - others, 10))
    }
    func line(_ cells: [Cell]) -> String {
      var line = ""
      for (index, cell) in cells.enumerated() {
        let isLast = index == cells.count - 1
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
}
