import Glibc

/// Where output goes: how wide it is, and whether it shows colour.
struct Terminal: Sendable {
  var isTerminal: Bool
  /// Columns; nil when nobody looks, so that nothing is cut for a program or a file.
  var width: Int?
  var usesColor: Bool

  static let plain = Terminal(isTerminal: false, width: nil, usesColor: false)

  /// What is behind a descriptor. Colour needs a terminal, and that `NO_COLOR` is unset or empty
  /// (no-color.org).
  static func detect(_ descriptor: Int32, environment: [String: String]) -> Terminal {
    guard isatty(descriptor) == 1 else { return plain }
    var size = winsize()
    var width = 80
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      width = Int(size.ws_col)
    }
    let noColor = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    return Terminal(
      isTerminal: true, width: max(width, 20),
      usesColor: !noColor && environment["TERM"] != "dumb")
  }

  enum Style: String, Sendable {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
  }

  /// `text` in a style, if colour shows here.
  func styled(_ text: String, _ style: Style) -> String {
    usesColor ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
  }
}

/// Standard output and standard error.
enum Output {
  /// Writes all of `text`; what a closed pipe does not take is lost.
  static func write(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Writes to standard error.
  static func writeError(_ text: String) {
    write(text, to: STDERR_FILENO)
  }
}
