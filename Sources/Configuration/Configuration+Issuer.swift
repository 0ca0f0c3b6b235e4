extension Configuration {
  /// An authorization server whose access tokens agents may show (`issuers`).
  public struct Issuer: Sendable, Equatable {
    /// The name in the file: `[a-z0-9-]{1,32}`. It begins the names of the agents that come with
    /// its tokens.
    public var name: String
    /// The issuer identifier (RFC 8414 §2), exactly as tokens have it in `iss`.
    public var issuer: String
    /// What tokens must be for, one of them; empty means `resource` and the URLs below it.
    public var audience: [String] = []
    /// Where its keys are; nil asks its metadata.
    public var keysURL: String?
    /// The algorithms its tokens may be signed with, by their names in JOSE.
    public var algorithms: [String] = Issuer.knownAlgorithms
    /// What of a token says who is calling.
    public var claims = Claims()
    /// What names of people and tenants of its tokens begin with.
    public var prefix: String
    /// The names of agents, by the client id that its tokens have.
    public var clients: [String: String] = [:]
    /// Roles of everybody who comes with its tokens.
    public var roles: [String] = []
    /// Scopes that each of its tokens must have.
    public var scopes: [String] = []
    /// Whether tokens must say in `typ` that they are access tokens (RFC 9068 §2.1).
    public var requiresType = false
    /// Whether tokens must be bound to their holder.
    public var proof: Proof = .accepted
    /// How far clocks may be apart.
    public var skew: Duration = .seconds(60)
    /// Whether it may be at an address that is not public.
    public var allowsPrivateAddresses = false
    /// A PEM file of authorities to trust instead of the system's.
    public var certificateAuthorities: String?
    /// Where it is asked about each token; nil means that tokens are verified by its keys.
    public var introspection: Introspection?

    /// The algorithms there are.
    public static let knownAlgorithms = [
      "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA",
    ]

    /// An issuer with defaults.
    public init(name: String, issuer: String) {
      self.name = name
      self.issuer = issuer
      prefix = name + "/"
    }

    /// Which claims say who is calling: a claim's name, or a JSON pointer to a member inside one.
    public struct Claims: Sendable, Equatable {
      /// The agent; the first of them that a token has.
      public var agent = ["client_id", "azp"]
      /// The person.
      public var human = "sub"
      /// The roles: an array of texts, or one text with blanks between; nil takes none.
      public var roles: String?
      /// The tenant; nil takes none.
      public var tenant: String?
      /// Which of several running copies of the agent it is; nil takes none.
      public var instance: String?

      /// The defaults.
      public init() {}
    }

    /// Whether a token must be bound to its holder (RFC 9449, RFC 8705).
    public enum Proof: String, Sendable, CaseIterable {
      /// Bearer tokens, and bound ones with their proof.
      case accepted
      /// Only bound ones.
      case required
      /// Only those that are bound to a key.
      case dpop
      /// Only those that are bound to the client's certificate.
      case mtls
    }

    /// Where an issuer tells of its tokens (RFC 7662).
    public struct Introspection: Sendable, Equatable {
      /// The endpoint.
      public var url: String
      /// Who this gateway is to it.
      public var clientID: String
      /// How it proves that.
      public var clientSecret: SecretString
      /// How long an answer counts, in whole seconds: for so long a token that was revoked may
      /// still be taken.
      public var cache = Duration.zero

      /// An endpoint with credentials.
      public init(url: String, clientID: String, clientSecret: SecretString) {
        self.url = url
        self.clientID = clientID
        self.clientSecret = clientSecret
      }
    }
  }
}
