import Glibc

/// What a program is linked to.
enum LinkedLibraries {
  /// The names of every library the dynamic linker would load for a program; nil when it is not
  /// there, or `ldd` is not.
  static func all(of program: String) -> [String]? {
    guard access(program, X_OK) == 0, let output = popen("ldd '\(program)' 2>/dev/null", "r")
    else { return nil }
    var text: [UInt8] = []
    var byte = fgetc(output)
    while byte != EOF {
      text.append(UInt8(truncatingIfNeeded: byte))
      byte = fgetc(output)
    }
    guard pclose(output) == 0 else { return nil }
    return names(in: String(decoding: text, as: UTF8.self))
  }

  /// The first word of each line of `ldd`, without its directory.
  static func names(in output: String) -> [String] {
    output.split(separator: "\n").compactMap { line in
      line.split(whereSeparator: \.isWhitespace).first.map {
        String($0.split(separator: "/").last ?? $0)
      }
    }
  }

  /// Libraries of Foundation among them. `libdispatch` comes with Swift's concurrency and stays.
  static func foundation(in names: [String], of program: String) -> [Finding] {
    names.filter { $0.hasPrefix("libFoundation") || $0.hasPrefix("lib_Foundation") }.map {
      Finding(path: program, why: "is linked to \($0)")
    }
  }
}
