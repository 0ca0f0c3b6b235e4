import Glibc

/// Says on standard error how far a command is, once it takes over a second: one line that renews
/// itself on a terminal, nothing elsewhere.
struct ProgressLine {
  private let isShown: Bool
  private let start = ProgressLine.now()
  private var last = 0.0
  private var hasLine = false

  init(session: Session, isQuiet: Bool = false) {
    isShown = session.errors.isTerminal && !isQuiet
  }

  mutating func show(_ text: @autoclosure () -> String) {
    guard isShown else { return }
    let now = Self.now()
    guard now - start > 1, now - last > 0.2 else { return }
    last = now
    hasLine = true
    Output.writeError("\r\u{1b}[K" + text())
  }

  mutating func end() {
    if hasLine { Output.writeError("\r\u{1b}[K") }
    hasLine = false
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
