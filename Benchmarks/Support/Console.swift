import Glibc

/// Standard output and standard error, unbuffered.
public enum Console {
  /// Writes a line to standard output.
  public static func say(_ text: String) { write(text, to: STDOUT_FILENO) }

  /// Writes a line to standard error.
  public static func complain(_ text: String) { write(text, to: STDERR_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) {
    var line = text + "\n"
    line.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if written <= 0 { return }
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      }
    }
  }
}
