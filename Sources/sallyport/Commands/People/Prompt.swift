import Glibc

/// Asks the person at the terminal, also when standard input and output are elsewhere.
enum Prompt {
  /// A line that is not shown while it is typed; nil without a terminal.
  static func secret(_ question: String) -> String? { ask(question, hidden: true) }

  /// A line; nil without a terminal.
  static func line(_ question: String) -> String? { ask(question, hidden: false) }

  private static func ask(_ question: String, hidden: Bool) -> String? {
    let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard terminal >= 0 else { return nil }
    defer { close(terminal) }
    Output.write(question, to: terminal)
    var before = termios()
    let isKnown = hidden && tcgetattr(terminal, &before) == 0
    if isKnown {
      var quiet = before
      quiet.c_lflag &= ~tcflag_t(ECHO)
      tcsetattr(terminal, TCSAFLUSH, &quiet)
    }
    defer {
      if isKnown {
        tcsetattr(terminal, TCSAFLUSH, &before)
        Output.write("\n", to: terminal)
      }
    }
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while read(terminal, &byte, 1) == 1, byte != UInt8(ascii: "\n"), bytes.count < 4096 {
      bytes.append(byte)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
