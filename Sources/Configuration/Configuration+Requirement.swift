extension Configuration {
  /// What a caller needs to be served at an endpoint at all (`require`). Policies still decide on
  /// each call.
  public struct Requirement: Sendable, Equatable {
    /// Whether the agent must act for a person.
    public var human: Bool
    /// What its token must be bound to; nil takes bearer tokens.
    public var proof: Proof?
    /// How the person must have authenticated, by the word of the token's issuer.
    public var authentication: Authentication

    /// What a token can be bound to.
    public enum Proof: String, Sendable, CaseIterable {
      /// Either.
      case any
      /// A key that the client proves with each request (RFC 9449).
      case dpop
      /// The client's certificate of the connection (RFC 8705).
      case mtls
    }

    /// How and when somebody authenticated.
    public struct Authentication: Sendable, Equatable {
      /// How long ago at most; nil does not ask.
      public var maxAge: Duration?
      /// The context classes (`acr`) of which it must be one; empty does not ask.
      public var contexts: [String]
      /// The methods (`amr`) that must all be there.
      public var methods: [String]

      /// Asks for nothing unless told otherwise.
      public init(maxAge: Duration? = nil, contexts: [String] = [], methods: [String] = []) {
        self.maxAge = maxAge
        self.contexts = contexts
        self.methods = methods
      }

      /// Whether nothing is asked for.
      public var isEmpty: Bool { maxAge == nil && contexts.isEmpty && methods.isEmpty }
    }

    /// Asks for nothing unless told otherwise.
    public init(
      human: Bool = false, proof: Proof? = nil, authentication: Authentication = Authentication()
    ) {
      self.human = human
      self.proof = proof
      self.authentication = authentication
    }

    /// Whether nothing is asked for.
    public var isEmpty: Bool { !human && proof == nil && authentication.isEmpty }
  }
}
