import HTTP
import JSON

/// What an authorization server says of itself (RFC 8414, OpenID Connect Discovery).
enum IssuerMetadata {
  static let bytesMax = 256 * 1024

  /// Where it says so, in the order in which to ask (MCP 2026-07-28, authorization server
  /// discovery): the two of RFC 8414 §3.1, and that of OpenID.
  static func locations(of issuer: String) -> [String] {
    let parts = issuer.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    let origin = parts.prefix(3).joined(separator: "/")
    var path = parts.count > 3 ? String(parts[3]) : ""
    if path.hasSuffix("/") { path.removeLast() }
    guard !path.isEmpty else {
      return [
        "\(origin)/.well-known/oauth-authorization-server",
        "\(origin)/.well-known/openid-configuration",
      ]
    }
    return [
      "\(origin)/.well-known/oauth-authorization-server/\(path)",
      "\(origin)/.well-known/openid-configuration/\(path)",
      "\(origin)/\(path)/.well-known/openid-configuration",
    ]
  }

  /// Where the keys are. The document must be about the issuer that was asked (RFC 8414 §3.3), and
  /// the keys at the same origin: whatever else it names is not asked.
  static func keysURL(in document: [UInt8], of issuer: String) throws(IssuerError) -> String {
    let root: JSONNode
    do throws(JSONError) {
      root = try JSONDocument(
        parsing: document, limits: JSONLimits(bytes: bytesMax, depth: 16, nodes: 16_384)
      ).root
    } catch {
      throw IssuerError("its metadata cannot be read: \(error)")
    }
    guard root[member: "issuer"]?.string == issuer else {
      throw IssuerError("its metadata is about another issuer than \(issuer)")
    }
    guard let text = root[member: "jwks_uri"]?.string else {
      throw IssuerError("its metadata has no jwks_uri")
    }
    let (keys, own): (HTTPURL, HTTPURL)
    do throws(HTTPURLError) {
      (keys, own) = (try HTTPURL(text), try HTTPURL(issuer))
    } catch {
      throw IssuerError("its jwks_uri is no URL to ask: \(error)")
    }
    guard keys.scheme == own.scheme, keys.host == own.host, keys.port == own.port else {
      throw IssuerError(
        "its keys are at another origin, \(keys.scheme.rawValue)://\(keys.authority); "
          + "where that is right, `jwks_uri` in the configuration says so")
    }
    return text
  }
}

/// Why an issuer did not say what was asked; for an operator.
struct IssuerError: Error, Sendable, Equatable {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}
