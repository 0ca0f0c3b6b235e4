internal import CLinux

/// Words for errno values.
enum SystemText {
  static func of(_ code: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 128)
    linux_error_text(code, &buffer, buffer.count)
    return String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
  }
}
