/// What a path of the HTTP client face names: an endpoint, and how it is spoken to there.
struct HTTPFaceRoute: Hashable, Sendable {
  /// The two ways over HTTP.
  enum Transport: Hashable, Sendable {
    /// Streamable HTTP (2025-03-26 and later).
    case streamable
    /// HTTP+SSE (2024-11-05).
    case events
  }

  static let maxNameBytes = 128

  let endpoint: Endpoint
  let transport: Transport

  init(endpoint: Endpoint, transport: Transport) {
    self.endpoint = endpoint
    self.transport = transport
  }

  /// `/mcp`, `/mcp/{profile}`, `/servers/{name}/mcp`, and with `sse` in the place of `mcp`; the
  /// target's path as it was sent, with or without a slash at its end.
  init?(path: String) {
    if path == "/mcp" {
      self.init(endpoint: .everything, transport: .streamable)
      return
    }
    guard path.utf8.first == UInt8(ascii: "/") else { return nil }
    var parts = path.utf8.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false
    )[...]
    if parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
    guard let first = parts.first else { return nil }
    if let transport = Self.transport(first), parts.count <= 2 {
      if parts.count == 1 {
        self.init(endpoint: .everything, transport: transport)
      } else if let name = Self.name(parts[1]) {
        self.init(endpoint: .profile(name), transport: transport)
      } else {
        return nil
      }
    } else if first.elementsEqual("servers".utf8), parts.count == 3,
      let transport = Self.transport(parts[2]), let name = Self.name(parts[1])
    {
      self.init(endpoint: .server(name), transport: transport)
    } else {
      return nil
    }
  }

  private static func transport(_ part: Substring.UTF8View) -> Transport? {
    if part.elementsEqual("mcp".utf8) { return .streamable }
    if part.elementsEqual("sse".utf8) { return .events }
    return nil
  }

  /// A part of a path without its escapes (RFC 3986 §2.1); nil unless that is a name.
  private static func name(_ part: Substring.UTF8View) -> String? {
    var name: [UInt8] = []
    var rest = part[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        name.append(byte)
        continue
      }
      guard let high = rest.popFirst()?.hexDigitValue, let low = rest.popFirst()?.hexDigitValue
      else { return nil }
      name.append(high << 4 | low)
    }
    guard (1...maxNameBytes).contains(name.count),
      !name.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "/") })
    else { return nil }
    return String(validating: name, as: UTF8.self)
  }
}

extension UInt8 {
  /// What this stands for as a hexadecimal digit.
  fileprivate var hexDigitValue: UInt8? {
    switch self {
    case 0x30...0x39: self - 0x30
    case 0x41...0x46: self - 0x41 + 10
    case 0x61...0x66: self - 0x61 + 10
    default: nil
    }
  }
}
