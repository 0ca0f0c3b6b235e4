import Crypto
import Identity
import Ledger
public import MCP
import Reactor

/// Whether a caller may come to an endpoint at all, and whether it still may.
extension Gate {
  /// Whether the caller's credential is for an endpoint (RFC 8707), and all that is required there.
  public func admits(_ caller: Caller, at endpoint: Endpoint) -> Bool {
    if let resources = caller.principal.resources, !resources.contains(endpoint.path) {
      return false
    }
    return !snapshot.hasRequirements || snapshot.shortfall(of: caller, at: endpoint) == nil
  }

  /// Records a caller who was not admitted, and says what would help.
  public func turnAway(
    _ caller: Caller, at endpoint: Endpoint, transport: ClientTransport, peer: String?
  ) async -> AuthenticationFailure {
    let failure: AuthenticationFailure
    let reason: String
    if let shortfall = snapshot.shortfall(of: caller, at: endpoint) {
      reason = shortfall.reason
      failure = shortfall.failure(canSignIn: snapshot.protectedResource != nil)
    } else {
      reason = "token audience: the token is for another endpoint of this gateway"
      failure = AuthenticationFailure(
        message: "the access token is not for this endpoint", error: .invalidToken)
    }
    await recordTurnedAway(
      caller, at: endpoint, transport, peer, code: failure.status, reason: reason)
    return failure
  }

  private func recordTurnedAway(
    _ caller: Caller, at endpoint: Endpoint, _ transport: ClientTransport, _ peer: String?,
    code: Int?, reason: String
  ) async {
    let record = RefusedRecord(
      call: LedgerCall(
        transport: transport.rawValue, principal: caller.recorded, profile: endpoint.profile,
        server: endpoint.server),
      refusal: .authentication, peer: peer, code: code, reason: reason)
    _ = await isWritten(stage(.refused(record)))
  }

  // MARK: - Streams

  /// How long a stream goes on when its credential cannot be checked, before that is tried again.
  private static let standingRetry = Duration.seconds(30)
  /// How long a stream goes on before an issuer is asked again that is asked each time.
  private static let standingMin: Int64 = 5

  /// What a stream's credential rests on, looked at anew.
  public func standing(
    of credential: Credential, as caller: Caller, at endpoint: Endpoint,
    transport: ClientTransport, peer: String?
  ) async -> CredentialStanding? {
    let found: Result<Standing, TokenRefusal>
    switch credential {
    case .bearer(let token): found = await standing(of: PresentedToken(token), from: peer)
    case .bound(let credential): found = await standing(of: PresentedToken(credential), from: peer)
    case .localUser, .none:
      let known = recognise(credential)
      found = .success(Standing(principal: known?.principal, standing: standingOfSnapshot()))
    }
    let reason: String
    switch found {
    // Nothing is known against it.
    case .failure(let refusal) where refusal.code == .unavailable:
      let later = loop.now + Self.standingRetry
      return CredentialStanding { [loop] in loop.now >= later }
    case .failure(let refusal): reason = "\(refusal)"
    case .success(let now):
      if let principal = now.principal, self.caller(principal).key == caller.key,
        admits(self.caller(principal), at: endpoint)
      {
        return now.standing
      }
      reason = "its credential does not count any more"
    }
    await recordTurnedAway(
      caller, at: endpoint, transport, peer, code: nil, reason: "a stream ends: \(reason)")
    return nil
  }

  private struct Standing {
    var principal: Identity.Principal?
    var standing: CredentialStanding
  }

  private func standing(
    of presented: PresentedToken, from peer: String?
  ) async -> Result<Standing, TokenRefusal> {
    if let principal = snapshot.directory.principal(bearer: presented.digest) {
      return .success(Standing(principal: principal, standing: standingOfSnapshot()))
    }
    if let tokens = snapshot.agentTokens {
      let epoch = tokens.epoch
      if let used = tokens.use(presented.digest, from: peer) {
        let issued = IssuedUntil(by: tokens, epoch: epoch, until: used.until)
        return .success(Standing(principal: used.principal, standing: standing(issued)))
      }
    }
    guard let authority = snapshot.authority else {
      return .success(Standing(principal: nil, standing: standingOfSnapshot()))
    }
    let epoch = authority.epoch
    do throws(TokenRefusal) {
      let verified = try await authority.standing(presented)
      let issued = IssuedUntil(
        by: authority, epoch: epoch,
        until: authority.nextLook(at: verified, inNoLessThan: Self.standingMin))
      return .success(Standing(principal: verified.principal, standing: standing(issued)))
    } catch {
      return .failure(error)
    }
  }

  /// Doubtful when the source takes it back, when it is over, and with a new snapshot.
  private func standing(_ issued: IssuedUntil) -> CredentialStanding {
    let seen = snapshot
    return CredentialStanding { [unowned self] in !issued.holds || snapshot !== seen }
  }

  /// Doubtful with a new snapshot.
  private func standingOfSnapshot() -> CredentialStanding {
    let seen = snapshot
    return CredentialStanding { [unowned self] in snapshot !== seen }
  }
}
