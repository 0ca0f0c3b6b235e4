/// Draws text so that all of it can be seen: what is invisible as `⟨U+200B⟩`, a line end as `⏎`, a
/// tab as `⇥`. One line, safe to print on a terminal.
public enum VisibleText {
  /// Draws a text.
  /// - Parameter limit: of scalars that are looked at; `…` stands for the rest.
  public static func draw(_ text: some StringProtocol, limit: Int = 200) -> String {
    // One more than is drawn, since what a scalar is depends on the next.
    let scalars = Array(text.unicodeScalars.prefix(max(0, limit) + 1))
    return draw(scalars, 0..<min(scalars.count, max(0, limit)))
      + (scalars.count > max(0, limit) ? "…" : "")
  }

  static func draw(_ scalars: [Unicode.Scalar], _ range: Range<Int>) -> String {
    var drawn = ""
    for index in range.clamped(to: scalars.indices) {
      let scalar = scalars[index]
      if InvisibleCharacter(at: index, in: scalars) != nil {
        drawn += "⟨U+\(hexadecimal(scalar.value))⟩"
      } else if scalar == "\n" {
        drawn += "⏎"
      } else if scalar == "\t" {
        drawn += "⇥"
      } else if scalar != "\r" {
        drawn.unicodeScalars.append(scalar)
      } else if index + 1 == scalars.count || scalars[index + 1] != "\n" {
        drawn += "⟨U+000D⟩"
      }
    }
    return drawn
  }

  /// What stands around a place, with `…` for the rest.
  static func excerpt(_ scalars: [Unicode.Scalar], around range: Range<Int>) -> String {
    let start = max(0, range.lowerBound - 24)
    let end = min(scalars.count, max(start, min(range.upperBound, range.lowerBound + 160)) + 24)
    return (start > 0 ? "…" : "") + draw(scalars, start..<end) + (end < scalars.count ? "…" : "")
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }
}
