import Configuration
import HTTP
import JSON

/// What an OpenID provider says of itself (OpenID Connect Discovery §3).
struct OpenIDMetadata: Sendable, Equatable {
  /// Where browsers are sent.
  var authorizationURL: String
  /// Where codes are exchanged.
  var tokenURL: String
  /// Where browsers are sent to sign out there too (OpenID Connect RP-Initiated Logout §2.1).
  var endSessionURL: String?
  /// Whether its answers say from whom they are (RFC 9207 §3).
  var namesIssuer: Bool

  /// Where it says so.
  static func location(of issuer: String) -> String {
    (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer)
      + "/.well-known/openid-configuration"
  }

  /// Reads the document. It must be about the issuer that was asked; the gateway itself asks at the
  /// same origin only, or where the configuration says.
  init(_ document: [UInt8], of openID: Configuration.OpenID) throws(IssuerError) {
    let root: JSONNode
    do throws(JSONError) {
      root = try JSONDocument(
        parsing: document,
        limits: JSONLimits(bytes: IssuerMetadata.bytesMax, depth: 16, nodes: 16_384)
      ).root
    } catch {
      throw IssuerError("its metadata cannot be read: \(error)")
    }
    guard root[member: "issuer"]?.string == openID.issuer else {
      throw IssuerError("its metadata is about another issuer than \(openID.issuer)")
    }
    authorizationURL = try Self.url("authorization_endpoint", of: root)
    if let configured = openID.tokenURL {
      tokenURL = configured
    } else {
      tokenURL = try Self.url("token_endpoint", of: root)
      guard Self.origin(tokenURL) == Self.origin(openID.issuer) else {
        throw IssuerError(
          "its token endpoint is at another origin; where that is right, `token_endpoint` in the "
            + "configuration says so")
      }
    }
    endSessionURL =
      root[member: "end_session_endpoint"] == nil
      ? nil : try Self.url("end_session_endpoint", of: root)
    namesIssuer = root[member: "authorization_response_iss_parameter_supported"]?.bool == true
    let methods = root[member: "code_challenge_methods_supported"]
    guard methods == nil || methods?.elements.contains(where: { $0.equals("S256") }) == true else {
      throw IssuerError("it does not take PKCE with S256")
    }
  }

  private static func url(_ name: String, of root: JSONNode) throws(IssuerError) -> String {
    guard let text = root[member: name]?.string, text.utf8.count <= 1024,
      text.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "#") }),
      let url = try? HTTPURL(text),
      url.scheme == .https
        || Configuration.ListenAddress(host: url.host, port: 0).isLoopback
    else { throw IssuerError("its \(name) is no https URL") }
    return text
  }

  private static func origin(_ text: String) -> String? {
    (try? HTTPURL(text)).map { "\($0.scheme.rawValue)://\($0.authority)" }
  }
}
