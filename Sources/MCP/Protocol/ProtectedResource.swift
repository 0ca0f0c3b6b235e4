import JSON

/// What this gateway is to OAuth clients: a resource whose tokens come from authorization servers
/// (RFC 9728).
public struct ProtectedResource: Sendable, Equatable {
  /// The URL of this gateway, without a slash at its end.
  public var url: String
  /// The issuers of its tokens.
  public var authorizationServers: [String]
  /// What tokens need.
  public var scopes: [String]
  /// The algorithms of proofs (RFC 9449 §5.1).
  public var proofAlgorithms: [String]
  /// Whether only tokens that are bound to a key are taken.
  public var requiresProof: Bool
  /// Whether clients are asked for certificates, so that tokens can be bound to them.
  public var takesCertificates: Bool

  /// What it is.
  public init(
    url: String, authorizationServers: [String], scopes: [String] = [],
    proofAlgorithms: [String] = [], requiresProof: Bool = false,
    takesCertificates: Bool = false
  ) {
    self.url = url
    self.authorizationServers = authorizationServers
    self.scopes = scopes
    self.proofAlgorithms = proofAlgorithms
    self.requiresProof = requiresProof
    self.takesCertificates = takesCertificates
  }

  /// Where its metadata are, without the path of an endpoint.
  static let wellKnown = "/.well-known/oauth-protected-resource"

  /// Where the metadata of an endpoint are (RFC 9728 §3.1).
  func metadataURL(path: String) -> String { url + Self.wellKnown + path }

  /// The metadata at a path; nil when that is neither of the whole nor of an endpoint.
  func metadata(at path: String) -> [UInt8]? {
    guard path.hasPrefix(Self.wellKnown) else { return nil }
    var endpoint = path.dropFirst(Self.wellKnown.count)
    if endpoint.hasSuffix("/") { endpoint.removeLast() }
    guard endpoint.isEmpty || HTTPFaceRoute(path: String(endpoint)) != nil else { return nil }
    var writer = JSONWriter(reservingCapacity: 512)
    writer.beginObject()
    writer.name("resource")
    writer.string(url + endpoint)
    Self.write("authorization_servers", authorizationServers, to: &writer)
    if !scopes.isEmpty { Self.write("scopes_supported", scopes, to: &writer) }
    Self.write("bearer_methods_supported", ["header"], to: &writer)
    if !proofAlgorithms.isEmpty {
      Self.write("dpop_signing_alg_values_supported", proofAlgorithms, to: &writer)
    }
    if requiresProof {
      writer.name("dpop_bound_access_tokens_required")
      writer.bool(true)
    }
    if takesCertificates {
      writer.name("tls_client_certificate_bound_access_tokens")
      writer.bool(true)
    }
    writer.name("resource_name")
    writer.string("Sallyport")
    writer.endObject()
    return writer.bytes
  }

  private static func write(_ name: String, _ texts: [String], to writer: inout JSONWriter) {
    writer.name(name)
    writer.beginArray()
    for text in texts { writer.string(text) }
    writer.endArray()
  }

  /// What is told to whom a request is refused (RFC 6750 §3, RFC 9470 §3, RFC 9728 §5.1). A request
  /// without a token learns no error.
  static func challenge(
    _ failure: AuthenticationFailure, _ resource: ProtectedResource?, path: String
  ) -> String {
    let isAboutProof = failure.wantsProof
    var parameters: [(String, String)] = []
    if let resource {
      parameters.append(("resource_metadata", resource.metadataURL(path: path)))
      let scopes = failure.scopes.isEmpty ? resource.scopes : failure.scopes
      if !scopes.isEmpty { parameters.append(("scope", scopes.joined(separator: " "))) }
      if isAboutProof {
        parameters.append(("algs", resource.proofAlgorithms.joined(separator: " ")))
      }
    }
    if let error = failure.error, resource != nil {
      parameters.append(("error", error.rawValue))
      parameters.append(("error_description", failure.message))
      if !failure.contexts.isEmpty {
        parameters.append(("acr_values", failure.contexts.joined(separator: " ")))
      }
      if let maxAge = failure.maxAge { parameters.append(("max_age", "\(maxAge)")) }
    }
    let scheme = isAboutProof ? "DPoP" : "Bearer"
    guard !parameters.isEmpty else { return scheme }
    return scheme + " "
      + parameters.map { "\($0)=\"\(quotable($1))\"" }.joined(separator: ", ")
  }

  /// Text as it may stand between quotes in a challenge: what may not is left out.
  private static func quotable(_ text: String) -> String {
    String(
      decoding: text.utf8.filter {
        (0x20...0x7e).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
      }, as: UTF8.self)
  }
}
