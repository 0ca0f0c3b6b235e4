extension Configuration {
  /// An agent that may connect over HTTP with a token.
  public struct Agent: Sendable, Equatable {
    /// The name, unique in the file; the id of the `Sallyport::Agent` entity.
    public var name: String
    /// The bearer token, unique in the file.
    public var token: SecretString
    /// The person on whose behalf the agent acts.
    public var human: String?
    /// Roles, without duplicates.
    public var roles: [String]
    /// The tenant.
    public var tenant: String?

    /// Makes an agent.
    public init(
      name: String, token: SecretString, human: String? = nil, roles: [String] = [],
      tenant: String? = nil
    ) {
      self.name = name
      self.token = token
      self.human = human
      self.roles = roles
      self.tenant = tenant
    }
  }

  /// Who a client acts as that is known by where it is: whoever can start `sallyport stdio`, or
  /// reach a loopback address, is trusted to be this.
  public struct LocalIdentity: Sendable, Equatable {
    /// The agent's name; `local` unless set.
    public var agent: String
    /// The person; the Unix user's name unless set.
    public var human: String?
    /// Roles, without duplicates.
    public var roles: [String]
    /// The tenant.
    public var tenant: String?

    /// Makes an identity.
    public init(
      agent: String = "local", human: String? = nil, roles: [String] = [], tenant: String? = nil
    ) {
      self.agent = agent
      self.human = human
      self.roles = roles
      self.tenant = tenant
    }
  }
}
