extension Configuration {
  /// The issuer by which people sign in (`people.oidc`, OpenID Connect Core).
  public struct OpenID: Sendable, Equatable {
    /// The name that sessions and records have it by.
    public var name: String
    /// The issuer identifier, exactly as ID tokens have it in `iss`.
    public var issuer: String
    /// Who this gateway is to it.
    public var clientID: String
    /// How it proves that.
    public var clientSecret: SecretString
    /// What is asked for, `openid` among it.
    public var scopes: [String] = ["openid", "profile"]
    /// The claim that names the person: that of the principals of agents, so that nobody approves
    /// what their own agent asks for.
    public var person = "sub"
    /// What names of people and tenants begin with.
    public var prefix: String
    /// The claim with the tenant; nil takes none.
    public var tenant: String?
    /// The claim with roles as they are; nil takes none.
    public var rolesClaim: String?
    /// Roles that follow from claims.
    public var rules: [RoleRule] = []
    /// Roles of everybody who signs in so.
    public var roles: [String] = []
    /// The algorithms its tokens may be signed with.
    public var algorithms: [String] = Issuer.knownAlgorithms
    /// Where codes are exchanged; nil asks its metadata.
    public var tokenURL: String?
    /// Where its keys are; nil asks its metadata.
    public var keysURL: String?
    /// How far clocks may be apart.
    public var skew: Duration = .seconds(60)
    /// Whether it may be at an address that is not public.
    public var allowsPrivateAddresses = false
    /// A PEM file of authorities to trust instead of the system's.
    public var certificateAuthorities: String?

    /// An issuer with defaults.
    public init(name: String, issuer: String, clientID: String, clientSecret: SecretString) {
      self.name = name
      self.issuer = issuer
      self.clientID = clientID
      self.clientSecret = clientSecret
      prefix = name + "/"
    }
  }

  /// Roles that somebody has whose claim has a value.
  public struct RoleRule: Sendable, Equatable {
    /// A claim's name, or a JSON pointer.
    public var claim: String
    /// The text, or one of the texts of a list.
    public var value: String
    /// The roles.
    public var roles: [String]

    /// A rule.
    public init(claim: String, value: String, roles: [String]) {
      self.claim = claim
      self.value = value
      self.roles = roles
    }
  }
}
