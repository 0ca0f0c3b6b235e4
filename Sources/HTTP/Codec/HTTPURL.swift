/// Why a text is not a URL that can be asked.
public enum HTTPURLError: Error, Sendable, Hashable, CustomStringConvertible {
  /// It does not start with `http://` or `https://`.
  case unsupportedScheme(String)
  /// It has no host.
  case missingHost(String)
  /// The host has characters that no host name or address has.
  case invalidHost(String)
  /// The port is not a number from 1 to 65535.
  case invalidPort(String)
  /// It carries a user name or password.
  case containsCredentials
  /// It has blanks, control or non-ASCII characters, which must be percent-encoded.
  case invalidCharacter(String)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .unsupportedScheme(let text): "«\(text)» does not start with http:// or https://"
    case .missingHost(let text): "«\(text)» has no host"
    case .invalidHost(let text):
      "«\(text)» has an invalid host; write international names in their xn-- form"
    case .invalidPort(let text): "«\(text)» has an invalid port; ports are 1 to 65535"
    case .containsCredentials: "the URL contains a user name or password; put it into a header"
    case .invalidCharacter(let text):
      "«\(text)» contains characters that must be percent-encoded in a URL"
    }
  }
}

/// An absolute `http` or `https` URL.
///
/// Source: RFC 3986 §3; RFC 9110 §4.2.
public struct HTTPURL: Sendable, Hashable, CustomStringConvertible {
  /// How the host is spoken to.
  public enum Scheme: String, Sendable {
    /// In plain text.
    case http
    /// Over TLS.
    case https

    /// 80 or 443.
    public var defaultPort: UInt16 { self == .http ? 80 : 443 }
  }

  /// `http` or `https`.
  public let scheme: Scheme
  /// The host in lower case; an IPv6 address without its brackets.
  public let host: String
  /// The port, the scheme's when none was written.
  public let port: UInt16
  /// The path, `/` when none was written, with the query; the fragment is dropped.
  public let pathAndQuery: String

  /// Bytes of a URL.
  static let bytesMax = 8192

  /// Reads a URL.
  public init(_ text: String) throws(HTTPURLError) {
    let bytes = Array(text.utf8)
    guard bytes.count <= Self.bytesMax, bytes.allSatisfy({ $0 > 32 && $0 < 127 }) else {
      throw .invalidCharacter(String(text.prefix(200)))
    }
    let rest: ArraySlice<UInt8>
    if Self.hasPrefix(bytes, "http://") {
      scheme = .http
      rest = bytes[7...]
    } else if Self.hasPrefix(bytes, "https://") {
      scheme = .https
      rest = bytes[8...]
    } else {
      throw .unsupportedScheme(text)
    }
    // A backslash is a slash to some readers and not to others.
    if bytes.contains(92) { throw .invalidCharacter(text) }
    let end = rest.firstIndex { $0 == 47 || $0 == 63 || $0 == 35 } ?? rest.endIndex
    let authority = rest[..<end]
    if authority.contains(64) { throw .containsCredentials }
    let (host, port) = try Self.split(authority, text)
    self.host = host
    self.port = port ?? scheme.defaultPort
    let tail = rest[end...].prefix { $0 != 35 }
    let path = String(decoding: tail, as: UTF8.self)
    pathAndQuery = path.isEmpty ? "/" : tail.first == 47 ? path : "/" + path
  }

  private static func hasPrefix(_ bytes: [UInt8], _ prefix: String) -> Bool {
    bytes.count >= prefix.utf8.count
      && zip(bytes, prefix.utf8).allSatisfy { ASCII.lowercase($0) == $1 }
  }

  private static func split(
    _ authority: ArraySlice<UInt8>, _ text: String
  ) throws(HTTPURLError) -> (host: String, port: UInt16?) {
    guard !authority.isEmpty else { throw .missingHost(text) }
    let host: ArraySlice<UInt8>
    let after: ArraySlice<UInt8>
    if authority.first == 91 {
      guard let close = authority.firstIndex(of: 93) else { throw .invalidHost(text) }
      host = authority[(authority.startIndex + 1)..<close]
      after = authority[(close + 1)...]
      guard host.contains(ASCII.colon),
        host.allSatisfy({ ASCII.hexValue($0) != nil || $0 == ASCII.colon || $0 == 46 })
      else { throw .invalidHost(text) }
    } else {
      let colon = authority.firstIndex(of: ASCII.colon) ?? authority.endIndex
      host = authority[..<colon]
      after = authority[colon...]
      guard !host.isEmpty else { throw .missingHost(text) }
      guard host.count <= 255, host.allSatisfy(isHostByte) else { throw .invalidHost(text) }
    }
    let name = String(decoding: host.map(ASCII.lowercase), as: UTF8.self)
    guard !after.isEmpty else { return (name, nil) }
    let digits = after.dropFirst()
    guard after.first == ASCII.colon else { throw .invalidHost(text) }
    if digits.isEmpty { return (name, nil) }
    guard digits.count <= 5, digits.allSatisfy(ASCII.isDigit),
      let port = UInt16(String(decoding: digits, as: UTF8.self)), port > 0
    else { throw .invalidPort(text) }
    return (name, port)
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    let lower = ASCII.lowercase(byte)
    return (lower >= 97 && lower <= 122) || ASCII.isDigit(byte) || byte == 45 || byte == 46
      || byte == 95
  }

  /// Host and port as they belong into `Host`: the port only when it is not the scheme's.
  public var authority: String {
    let host = host.utf8.contains(ASCII.colon) ? "[\(self.host)]" : self.host
    return port == scheme.defaultPort ? host : "\(host):\(port)"
  }

  /// The URL as text.
  public var description: String { "\(scheme.rawValue)://\(authority)\(pathAndQuery)" }
}
