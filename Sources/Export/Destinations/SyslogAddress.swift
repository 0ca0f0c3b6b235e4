/// Where syslog messages go.
public enum SyslogAddress: Sendable, Equatable {
  /// A Unix socket: datagrams, or a stream where it is one.
  case unix(path: String)
  /// A datagram for each message (RFC 5426).
  case udp(host: String, port: UInt16)
  /// A stream of messages with their lengths in front (RFC 6587 section 3.4.1).
  case tcp(host: String, port: UInt16)

  /// Why a text is no address.
  public enum Problem: Error, Sendable, Equatable {
    /// The form is none of those that are known.
    case unknown
    /// TLS is not spoken to a syslog server.
    case tls
    /// The port is no number from 1 to 65535.
    case port
    /// A Unix socket's path has at most 107 bytes.
    case path
  }

  /// Reads `unix:/dev/log`, `udp://host:514` or `tcp://host:601`; the ports given are the usual
  /// ones.
  public init(_ text: String) throws(Problem) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst("unix:".count))
      guard (1...107).contains(path.utf8.count), !path.utf8.contains(0) else { throw .path }
      self = .unix(path: path)
    } else if text.hasPrefix("udp://") {
      let (host, port) = try Self.split(text.dropFirst("udp://".count), defaultPort: 514)
      self = .udp(host: host, port: port)
    } else if text.hasPrefix("tcp://") {
      let (host, port) = try Self.split(text.dropFirst("tcp://".count), defaultPort: 601)
      self = .tcp(host: host, port: port)
    } else {
      throw text.hasPrefix("tls:") || text.hasPrefix("tcps:") ? .tls : .unknown
    }
  }

  private static func split(
    _ text: Substring, defaultPort: UInt16
  ) throws(Problem) -> (String, UInt16) {
    var host = text
    var rest = Substring()
    if text.hasPrefix("["), let close = text.firstIndex(of: "]") {
      host = text[text.index(after: text.startIndex)..<close]
      rest = text[text.index(after: close)...]
    } else if let colon = text.firstIndex(of: ":") {
      host = text[..<colon]
      rest = text[colon...]
    }
    guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != 47 }) else {
      throw .unknown
    }
    guard !rest.isEmpty else { return (String(host), defaultPort) }
    guard rest.first == ":", let port = UInt16(rest.dropFirst()), port > 0 else { throw .port }
    return (String(host), port)
  }
}

extension SyslogAddress: CustomStringConvertible {
  /// As it is written on the command line.
  public var description: String {
    switch self {
    case .unix(let path): "unix:\(path)"
    case .udp(let host, let port): "udp://\(Self.bracketed(host)):\(port)"
    case .tcp(let host, let port): "tcp://\(Self.bracketed(host)):\(port)"
    }
  }

  private static func bracketed(_ host: String) -> String {
    host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
  }
}
