public import Crypto
public import JSON

/// A signed token in its compact form (RFC 7515 §3.1), taken apart and not yet believed.
public struct CompactJWS: Sendable {
  /// Bytes of a token.
  public static let bytesMax = 16 * 1024
  /// Bytes of a key's name.
  static let keyIDBytesMax = 256
  /// How header and claims may be built; duplicate members are refused everywhere.
  static let jsonLimits = JSONLimits(bytes: bytesMax, depth: 16, nodes: 4096)

  /// The header, an object.
  public let header: JSONNode
  /// What is said.
  public let payload: [UInt8]
  /// The signature of ``signed``.
  public let signature: [UInt8]
  /// What is signed: header and payload as they came.
  public let signed: [UInt8]
  /// How it is signed.
  public let algorithm: SignatureAlgorithm
  /// What its key is called.
  public let keyID: String?

  /// Whether a text has the parts of a signed token; others may be opaque tokens.
  public static func resembles(_ text: String) -> Bool {
    text.utf8.count { $0 == UInt8(ascii: ".") } == 2
  }

  /// Reads a token. Keys that a token brings along (`jwk`, `jku`, `x5u`, `x5c`) are not looked at.
  public init(_ text: String) throws(TokenRefusal) {
    guard text.utf8.count <= Self.bytesMax else { throw .malformed("longer than 16 KiB") }
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw .malformed("\(parts.count) parts instead of 3") }
    func bytes(_ part: Substring.UTF8View, _ name: StaticString) throws(TokenRefusal) -> [UInt8] {
      guard !part.isEmpty, let bytes = Base64URL.decode(String(Substring(part))) else {
        throw .malformed("its \(name) is not base64url without padding")
      }
      return bytes
    }
    header = try Self.object(try bytes(parts[0], "header"), "header")
    payload = try bytes(parts[1], "payload")
    guard let name = header[member: "alg"]?.string else { throw .malformed("no alg") }
    guard let algorithm = SignatureAlgorithm(rawValue: name) else { throw .algorithm(name) }
    self.algorithm = algorithm
    signature = try bytes(parts[2], "signature")
    signed = Array(text.utf8.prefix(parts[0].count + 1 + parts[1].count))
    guard header[member: "crit"] == nil else {
      throw .malformed("crit names what is not understood here")
    }
    guard header[member: "b64"] == nil, header[member: "zip"] == nil else {
      throw .malformed("a coding that is not read here")
    }
    if let id = header[member: "kid"] {
      guard let id = id.string, id.utf8.count <= Self.keyIDBytesMax else {
        throw .malformed("kid is no short text")
      }
      keyID = id
    } else {
      keyID = nil
    }
  }

  /// The media type that the header names, in lower case and without `application/`.
  public var type: String? {
    guard let type = header[member: "typ"]?.string?.lowercased() else { return nil }
    return type.hasPrefix("application/") ? String(type.dropFirst("application/".count)) : type
  }

  static func object(_ bytes: [UInt8], _ name: StaticString) throws(TokenRefusal) -> JSONNode {
    let document: JSONDocument
    do throws(JSONError) {
      document = try JSONDocument(parsing: bytes, limits: jsonLimits)
    } catch {
      throw .malformed("its \(name) is not JSON that is read here")
    }
    guard document.root.kind == .object else { throw .malformed("its \(name) is no object") }
    return document.root
  }
}
