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

  /// An identity; only the agent must be known.
  public init(
    agent: String, human: String? = nil, roles: [String] = [], tenant: String? = nil,
    credential: String? = nil
  ) {
    self.agent = agent
    self.human = human
    self.roles = roles
    self.tenant = tenant
    self.credential = credential
  }
}
