/// Values of the `Mcp-*` headers (MCP 2026-07-28, basic/transports/streamable-http).
enum HeaderValue {
  /// The text as it is, or in the Base64 sentinel where a header cannot carry it.
  static func encoded(_ text: String) -> String {
    let bytes = text.utf8
    let isPlain =
      bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && bytes.first != 0x20 && bytes.last != 0x20
      && !text.hasPrefix("=?base64?")
    guard !isPlain else { return text }
    return "=?base64?\(String(decoding: MirroredHeader.base64(bytes), as: UTF8.self))?="
  }
}
