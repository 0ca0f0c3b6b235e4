/// Times of approvals as people read them.
public enum ApprovalAge {
  /// A span in its two largest units: `2 h 5 min`, `45 s`.
  /// - Parameter seconds: what is below 0 counts as 0.
  public static func inWords(_ seconds: Int64) -> String {
    let seconds = max(0, seconds)
    let units: [(Int64, String)] = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")]
    guard let first = units.firstIndex(where: { seconds >= $0.0 }) else { return "0 s" }
    let (size, name) = units[first]
    var text = "\(seconds / size) \(name)"
    if first + 1 < units.count {
      let (smaller, next) = units[first + 1]
      let rest = seconds % size / smaller
      if rest > 0 { text += " \(rest) \(next)" }
    }
    return text
  }
}
