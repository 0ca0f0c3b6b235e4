import Crypto

/// Values of the `Mcp-*` headers (MCP 2026-07-28, basic/transports/streamable-http).
enum HeaderValue {
  /// The text as it is, or in the Base64 sentinel where a header cannot carry it.
  static func encoded(_ text: String) -> String {
    let bytes = text.utf8
    let isPlain =
      bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F || $0 == 0x20 }
      && bytes.first != 0x20 && bytes.last != 0x20 && !text.hasPrefix("=?base64?")
    return isPlain ? text : "=?base64?\(Base64.encode(Array(bytes)))?="
  }
}
