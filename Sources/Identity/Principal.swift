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
  /// Who acts for the person besides the agent, the present actor first, as the issuer says
  /// (RFC 8693 §4.1). Policies do not see it.
  public var actors: [String]
  /// The paths of the endpoints that its credential is for; nil for all.
  public var resources: [String]?

  /// An identity; only the agent must be known.
  public init(
    agent: String, human: String? = nil, roles: [String] = [], tenant: String? = nil,
    credential: String? = nil, issuer: String? = nil, actors: [String] = [],
    resources: [String]? = nil
  ) {
    self.agent = agent
    self.human = human
    self.roles = roles
    self.tenant = tenant
    self.credential = credential
    self.issuer = issuer
    self.actors = actors
    self.resources = resources
  }
}
