public import JSON

/// The claims of an access token (RFC 7519 §4, RFC 9068 §2.2) or of an answer to introspection
/// (RFC 7662 §2.2), read and not yet checked.
public struct TokenClaims: Sendable {
  static let audiencesMax = 64
  static let actorsMax = 8
  static let methodsMax = 16

  /// What a token is bound to (RFC 7800).
  public enum Confirmation: Sendable, Equatable {
    /// What is checked here.
    case binding(Binding)
    /// Anything else, whatever stands beside it.
    case other
  }

  /// What the holder of a token must prove; nothing of a bearer token.
  public struct Binding: Sendable, Equatable {
    /// The thumbprint of a key that is proved with each request (RFC 9449 §6.1).
    public var key: String?
    /// The SHA-256 of the client's certificate of the connection, base64url (RFC 8705 §3.1).
    public var certificate: String?
  }

  /// All of them, an object.
  public let root: JSONNode
  /// `iss`.
  public let issuer: String?
  /// `aud`, whether one or several.
  public let audience: [String]
  /// `exp`, in seconds since the epoch, as the other times are.
  public let expiresAt: Int64?
  /// `nbf`.
  public let notBefore: Int64?
  /// `iat`.
  public let issuedAt: Int64?
  /// `scope`, or `scp` where there is none.
  public let scopes: Set<String>
  /// `cnf`.
  public let confirmation: Confirmation?
  /// Who acts for the subject, the present actor first (RFC 8693 §4.1).
  public let actors: [String]
  /// `acr`, `amr` and `auth_time` (RFC 9470 §6); nil when it has none of them.
  public let authentication: Authentication?

  /// Reads the payload of a token.
  public init(_ payload: [UInt8]) throws(TokenRefusal) {
    try self.init(CompactJWS.object(payload, "payload"))
  }

  init(_ root: JSONNode) throws(TokenRefusal) {
    self.root = root
    if let issuer = root[member: "iss"] {
      guard let text = issuer.string else { throw .malformed("iss is no text") }
      self.issuer = text
    } else {
      issuer = nil
    }
    audience = try Self.texts(root[member: "aud"], "aud")
    expiresAt = try Self.date(root[member: "exp"], "exp")
    notBefore = try Self.date(root[member: "nbf"], "nbf")
    issuedAt = try Self.date(root[member: "iat"], "iat")
    scopes = try Self.scopes(root)
    confirmation = try Self.confirmation(root[member: "cnf"])
    actors = try Self.actors(root[member: "act"])
    authentication = try Self.authentication(root)
  }

  /// The value that a claim's name or a JSON pointer names.
  subscript(claim: String) -> JSONNode? {
    claim.hasPrefix("/") ? root.pointer(claim) : root[member: claim]
  }

  /// Seconds since the epoch, fractions dropped (RFC 7519 §2).
  private static func date(
    _ node: JSONNode?, _ name: StaticString
  ) throws(TokenRefusal) -> Int64? {
    guard let node else { return nil }
    guard node.kind == .number, let seconds = node.double, (0..<253_402_300_800).contains(seconds)
    else { throw .malformed("\(name) is no time") }
    return Int64(seconds)
  }

  private static func texts(
    _ node: JSONNode?, _ name: StaticString
  ) throws(TokenRefusal) -> [String] {
    guard let node else { return [] }
    if let text = node.string { return [text] }
    guard node.kind == .array, node.count <= audiencesMax else {
      throw .malformed("\(name) is neither a text nor a list of texts")
    }
    var texts: [String] = []
    for element in node.elements {
      guard let text = element.string else { throw .malformed("\(name) holds what is no text") }
      texts.append(text)
    }
    return texts
  }

  /// `scope` (RFC 8693 §4.2), or `scp` as some servers write it.
  private static func scopes(_ root: JSONNode) throws(TokenRefusal) -> Set<String> {
    let texts =
      root[member: "scope"] != nil
      ? try texts(root[member: "scope"], "scope") : try texts(root[member: "scp"], "scp")
    return Set(texts.flatMap { $0.split(separator: " ").map(String.init) })
  }

  private static func confirmation(_ node: JSONNode?) throws(TokenRefusal) -> Confirmation? {
    guard let node else { return nil }
    guard node.kind == .object else { throw .malformed("cnf is no object") }
    var binding = Binding()
    for (name, value) in node.members {
      guard let thumbprint = value.string else { return .other }
      switch name {
      case "jkt": binding.key = thumbprint
      case "x5t#S256": binding.certificate = thumbprint
      default: return .other
      }
    }
    return binding == Binding() ? .other : .binding(binding)
  }

  private static func authentication(
    _ root: JSONNode
  ) throws(TokenRefusal) -> Authentication? {
    let time = try date(root[member: "auth_time"], "auth_time")
    let methods = try texts(root[member: "amr"], "amr")
    var context: String?
    if let node = root[member: "acr"] {
      guard let text = node.string, text.utf8.count <= IssuedIdentity.nameBytesMax else {
        throw .malformed("acr is no short text")
      }
      context = text
    }
    guard methods.count <= methodsMax,
      methods.allSatisfy({ $0.utf8.count <= IssuedIdentity.nameBytesMax })
    else { throw .malformed("amr is no list of at most \(methodsMax) short texts") }
    guard time != nil || context != nil || !methods.isEmpty else { return nil }
    return Authentication(methods: methods, context: context, time: time)
  }

  private static func actors(_ node: JSONNode?) throws(TokenRefusal) -> [String] {
    var actors: [String] = []
    var next = node
    while let actor = next {
      guard actor.kind == .object, actors.count < actorsMax else {
        throw .malformed("act is no chain of at most \(actorsMax)")
      }
      guard let name = (actor[member: "sub"] ?? actor[member: "client_id"])?.string,
        name.utf8.count <= IssuedIdentity.nameBytesMax
      else { throw .malformed("act names nobody") }
      actors.append(name)
      next = actor[member: "act"]
    }
    return actors
  }
}
