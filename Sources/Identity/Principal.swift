/// The effective identity of a call: an agent, and the person it acts for.
public struct Principal: Sendable, Hashable {
  /// The id of the `Sallyport::Agent`.
  public var agent: String
  /// The id of the `Sallyport::Human` the agent acts for, if one is known.
  public var human: String?
  /// The ids of its `Sallyport::Role`s.
  public var roles: [String]
  /// The id of its `Sallyport::Tenant`, if it has one.
  public var tenant: String?
  /// Names the credential that was shown, without telling it: the first 16 hexadecimal digits of
  /// its SHA-256.
  public var credential: String?
  /// Who vouches for it: an issuer's name in the configuration; nil for this gateway itself.
  public var issuer: String?
  /// The client id by which the issuer registered the agent.
  public var client: String?
  /// Which of several running copies of the agent it is, as the issuer says.
  public var instance: String?
  /// Who acts for the person besides the agent, the present actor first, as the issuer says
  /// (RFC 8693 §4.1).
  public var actors: [String]
  /// The scopes of its token (RFC 6749 §3.3), sorted.
  public var scopes: [String]
  /// How and when the person authenticated, as the issuer says (RFC 9470 §6).
  public var authentication: Authentication?
  /// What the credential is bound to, so that whoever steals it alone cannot use it.
  public var binding: Binding?
  /// The paths of the endpoints that its credential is for; nil for all.
  public var resources: [String]?

  /// An identity; only the agent must be known.
  public init(
    agent: String, human: String? = nil, roles: [String] = [], tenant: String? = nil,
    credential: String? = nil, issuer: String? = nil, client: String? = nil,
    instance: String? = nil, actors: [String] = [], scopes: [String] = [],
    authentication: Authentication? = nil, binding: Binding? = nil, resources: [String]? = nil
  ) {
    self.agent = agent
    self.human = human
    self.roles = roles
    self.tenant = tenant
    self.credential = credential
    self.issuer = issuer
    self.client = client
    self.instance = instance
    self.actors = actors
    self.scopes = scopes
    self.authentication = authentication
    self.binding = binding
    self.resources = resources
  }

  /// The scopes, where the credential says any; nil for one that is not held to scopes.
  public var statedScopes: [String]? { issuer == nil && scopes.isEmpty ? nil : scopes }

  /// What a token can be bound to.
  public enum Binding: String, Sendable, CaseIterable {
    /// A key that its holder proves with each request (RFC 9449).
    case dpop
    /// The client's certificate of the connection (RFC 8705 §3).
    case mtls
  }
}
