import Configuration
import Identity
import MCP

/// What a caller lacks of what an endpoint requires.
enum Shortfall: Equatable {
  /// It acts for no person.
  case human
  /// Its token is not bound as it must be.
  case proof(Configuration.Requirement.Proof)
  /// The person did not authenticate so, or so lately.
  case authentication(Configuration.Requirement.Authentication)

  /// What `principal` lacks at a time, in seconds since 1970 UTC; nil for nothing.
  init?(
    of principal: Principal, for requirement: Configuration.Requirement, at now: Int64
  ) {
    if requirement.human, principal.human == nil {
      self = .human
    } else if let proof = requirement.proof, !Self.holds(proof, principal.binding) {
      self = .proof(proof)
    } else if !Self.holds(requirement.authentication, principal.authentication, now) {
      self = .authentication(requirement.authentication)
    } else {
      return nil
    }
  }

  private static func holds(
    _ proof: Configuration.Requirement.Proof, _ binding: Principal.Binding?
  ) -> Bool {
    switch proof {
    case .any: binding != nil
    case .dpop: binding == .dpop
    case .mtls: binding == .mtls
    }
  }

  private static func holds(
    _ asked: Configuration.Requirement.Authentication, _ shown: Authentication?, _ now: Int64
  ) -> Bool {
    if asked.isEmpty { return true }
    guard let shown else { return false }
    if let maxAge = asked.maxAge {
      guard let time = shown.time, now - time <= maxAge.components.seconds else { return false }
    }
    guard asked.contexts.isEmpty || shown.context.map(asked.contexts.contains) == true else {
      return false
    }
    return asked.methods.allSatisfy(shown.methods.contains)
  }

  /// For the record.
  var reason: String {
    switch self {
    case .human: "requirement: the agent acts for no person"
    case .proof(let proof): "requirement: the token is not bound (\(proof.rawValue))"
    case .authentication: "requirement: the person did not authenticate so, or so lately"
    }
  }

  /// What the client is told.
  /// - Parameter canSignIn: whether there is an authorization server to get another token from.
  func failure(canSignIn: Bool) -> AuthenticationFailure {
    switch self {
    case .human:
      AuthenticationFailure(
        message: "this endpoint is for agents that act for a person, and this credential names "
          + "none: " + Self.fix(canSignIn),
        error: canSignIn ? .insufficientAuthentication : .forbidden)
    case .proof(let proof):
      AuthenticationFailure(
        message: "this endpoint takes only tokens that are bound to their holder: "
          + Self.fix(proof),
        error: canSignIn ? .invalidToken : .forbidden, wantsProof: proof != .mtls)
    case .authentication(let asked):
      AuthenticationFailure(
        message: "this endpoint wants a stronger or later authentication of the person: "
          + Self.fix(canSignIn),
        error: canSignIn ? .insufficientAuthentication : .forbidden, contexts: asked.contexts,
        maxAge: asked.maxAge?.components.seconds)
    }
  }

  private static func fix(_ canSignIn: Bool) -> String {
    canSignIn
      ? "sign in as that person with the authorization server"
      : "use the credential of an agent that has it, or ask an administrator"
  }

  private static func fix(_ proof: Configuration.Requirement.Proof) -> String {
    switch proof {
    case .any: "get one with DPoP, or over a connection with a client's certificate"
    case .dpop: "get one with DPoP (RFC 9449)"
    case .mtls: "get one and use it over connections with a client's certificate (RFC 8705)"
    }
  }
}
