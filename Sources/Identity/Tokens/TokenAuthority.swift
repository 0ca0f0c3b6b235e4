public import Configuration
import Crypto
public import HTTP
public import Logging
public import Reactor
import Synchronization

/// Whose tokens are taken here, and what is known of them: an OAuth 2.1 resource server (RFC 6750,
/// RFC 9068, RFC 9449). One for the process and a configuration; any thread.
public final class TokenAuthority: CredentialSource {
  private struct Source: Sendable {
    let terms: TokenTerms
    let keys: IssuerKeys
    let introspector: Introspector?
  }

  private struct State {
    var tokens = VerifiedTokens()
    var proofs = UsedProofs()
    /// Counts what makes verified tokens doubtful.
    var epoch: UInt64 = 0
  }

  /// The URL of this gateway.
  public let resource: String
  /// The configuration that it was made of.
  public let issuers: [Configuration.Issuer]
  private let sources: [String: Source]
  /// The issuer of tokens that do not say whose they are.
  private let opaque: Source?
  private let clock: TokenClock
  private let shared: Shared

  /// What outlives a look at it from the outside.
  private final class Shared: Sendable {
    let state = Mutex(State())
    let epoch = Atomic<UInt64>(0)

    func forget() {
      state.withLock { state in
        state.tokens.removeAll()
        state.epoch += 1
        epoch.store(state.epoch, ordering: .releasing)
      }
    }
  }

  /// Nil when the configuration has no issuers.
  /// - Parameter client: asks issuers, on its `loop`.
  public convenience init?(
    _ configuration: Configuration, loop: EventLoop, client: HTTPClient, log: Logger
  ) {
    self.init(
      configuration, documents: HTTPIssuerDocuments(loop: loop, client: client), clock: .system,
      log: log)
  }

  init?(
    _ configuration: Configuration, documents: any IssuerDocuments, clock: TokenClock, log: Logger
  ) {
    guard let resource = configuration.resource, !configuration.issuers.isEmpty else { return nil }
    let shared = Shared()
    self.shared = shared
    self.resource = resource
    self.clock = clock
    issuers = configuration.issuers
    var sources: [String: Source] = [:]
    for issuer in configuration.issuers {
      sources[issuer.issuer] = Source(
        terms: TokenTerms(issuer: issuer, resource: resource),
        keys: IssuerKeys(
          issuer, documents: documents, clock: clock, log: log, changed: { shared.forget() }),
        introspector: issuer.introspection.map {
          Introspector(issuer, $0, documents: documents, clock: clock, log: log)
        })
    }
    self.sources = sources
    opaque = sources.values.first { $0.introspector != nil }
  }

  /// Whether an authority for another configuration would be the same.
  public func isFor(_ configuration: Configuration) -> Bool {
    configuration.resource == resource && configuration.issuers == issuers
  }

  /// Changes when what was verified before must be verified again.
  public var epoch: UInt64 { shared.epoch.load(ordering: .acquiring) }

  /// Whether a time in seconds since the epoch has come.
  public func isPast(_ time: Int64) -> Bool { clock.wall() >= time }

  /// When to look again at a token that something was begun with: not before so many seconds have
  /// passed, unless it is over by then.
  public func nextLook(at token: VerifiedToken, inNoLessThan seconds: Int64) -> Int64 {
    min(token.expiresAt, max(token.countsUntil, clock.wall() + seconds))
  }

  /// The token, if it was verified before and its holder's proof, where it needs one, is good.
  public func known(_ presented: PresentedToken) -> VerifiedToken? {
    let now = clock.wall()
    let token = shared.state.withLock { $0.tokens.find(presented.digest, now: now) }
    guard let token, now < token.countsUntil else { return nil }
    do throws(TokenRefusal) {
      try check(presented, token, now: now)
      return token
    } catch {
      return nil
    }
  }

  /// Verifies a token; asks its issuer where that has to be.
  public func verify(_ presented: PresentedToken) async throws(TokenRefusal) -> VerifiedToken {
    let token = try await standing(presented)
    try check(presented, token, now: clock.wall())
    return token
  }

  /// The token, whether it may be shown again in the way that it was or not: for what was begun
  /// with it. Asks its issuer where that has to be.
  public func standing(_ presented: PresentedToken) async throws(TokenRefusal) -> VerifiedToken {
    let now = clock.wall()
    let known = shared.state.withLock { $0.tokens.find(presented.digest, now: now) }
    if let known, now < known.countsUntil { return known }
    let epoch = self.epoch
    do throws(TokenRefusal) {
      let token = try await verified(presented, isKnown: known != nil)
      shared.state.withLock { state in
        if state.epoch == epoch { state.tokens.insert(token, presented.digest) }
      }
      return token
    } catch {
      if known != nil, error.code != .unavailable {
        shared.state.withLock { $0.tokens.remove(presented.digest) }
      }
      throw error
    }
  }

  private func verified(
    _ presented: PresentedToken, isKnown: Bool
  ) async throws(TokenRefusal) -> VerifiedToken {
    guard CompactJWS.resembles(presented.text) else {
      guard let opaque, let introspector = opaque.introspector,
        presented.text.utf8.count <= CompactJWS.bytesMax
      else { throw .malformed("it is none of the forms that are read here") }
      return try await introspected(presented, opaque, introspector, isKnown: isKnown)
    }
    let jws = try CompactJWS(presented.text)
    let claims = try TokenClaims(jws.payload)
    guard let source = claims.issuer.flatMap({ sources[$0] }) else {
      throw .unknownIssuer(claims.issuer ?? "none")
    }
    if let introspector = source.introspector {
      return try await introspected(presented, source, introspector, isKnown: isKnown)
    }
    try source.terms.check(type: jws.type)
    let issuer = source.terms.issuer
    guard issuer.algorithms.contains(jws.algorithm.rawValue) else {
      throw .algorithm(jws.algorithm.rawValue)
    }
    let candidates = try await source.keys.candidates(id: jws.keyID, algorithm: jws.algorithm)
    guard
      candidates.contains(where: { $0.isValid(jws.signature, for: jws.signed, by: jws.algorithm) })
    else { throw .signature(issuer: issuer.name) }
    return try token(presented, claims, source.terms)
  }

  private func introspected(
    _ presented: PresentedToken, _ source: Source, _ introspector: Introspector, isKnown: Bool
  ) async throws(TokenRefusal) -> VerifiedToken {
    // From before it was asked: what it says may be as old.
    let asked = clock.wall()
    let claims = try await introspector.claims(
      of: presented.text, digest: presented.digest, isKnown: isKnown)
    let issuer = source.terms.issuer
    guard claims.issuer == nil || claims.issuer == issuer.issuer else {
      throw .unknownIssuer(claims.issuer ?? "none")
    }
    return try token(
      presented, claims, source.terms, countsUntil: asked + introspector.answerLifetime)
  }

  private func token(
    _ presented: PresentedToken, _ claims: TokenClaims, _ terms: TokenTerms,
    countsUntil: Int64 = .max
  ) throws(TokenRefusal) -> VerifiedToken {
    let resources = try terms.check(claims, now: clock.wall())
    let issuer = terms.issuer
    let binding: TokenClaims.Binding
    switch claims.confirmation {
    case nil: binding = TokenClaims.Binding()
    case .binding(let named): binding = named
    case .other: throw .uncheckable(issuer: issuer.name)
    }
    let isBoundEnough =
      switch issuer.proof {
      case .accepted: true
      case .required: binding != TokenClaims.Binding()
      case .dpop: binding.key != nil
      case .mtls: binding.certificate != nil
      }
    guard isBoundEnough else { throw .proofRequired(issuer: issuer.name) }
    let principal = try IssuedIdentity.principal(
      claims, of: issuer, resources: resources, credential: presented.credential,
      binding: binding.certificate != nil ? .mtls : binding.key != nil ? .dpop : nil)
    let expiresAt = (claims.expiresAt ?? 0) + issuer.skew.components.seconds
    return VerifiedToken(
      principal: principal, expiresAt: expiresAt, countsUntil: countsUntil, binding: binding)
  }

  /// Whether a token may be shown in this way.
  private func check(
    _ presented: PresentedToken, _ token: VerifiedToken, now: Int64
  ) throws(TokenRefusal) {
    if let certificate = token.binding.certificate, presented.certificate != certificate {
      throw .certificate(issuer: token.principal.issuer ?? "")
    }
    switch (token.binding.key, presented.proof) {
    case (nil, nil): return
    case (.some, nil): throw .proofRequired(issuer: token.principal.issuer ?? "")
    case (nil, .some): throw .proof("the token is bound to no key")
    case (let thumbprint?, let proof?):
      let used = try proof.check(
        token: presented.digest, thumbprint: thumbprint, resource: resource, now: now)
      guard shared.state.withLock({ $0.proofs.use(used, now: now) }) else {
        throw .proof("it was used before")
      }
    }
  }
}
