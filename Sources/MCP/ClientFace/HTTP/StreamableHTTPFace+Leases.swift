import Reactor

/// What a stream rests on that was opened with a credential.
struct StreamLease<Principal: Sendable>: Sendable {
  let credential: Credential
  let principal: Principal
  let endpoint: Endpoint
  let peer: String
  /// Nil before it was looked at for the first time.
  var standing: CredentialStanding?
  var isBeingChecked = false
}

/// A stream lasts no longer than the credential it was opened with. Nothing is looked at when
/// something is told over it: a stream is looked at with the others, each time the clock ticks.
extension StreamableHTTPFace {
  /// Has a stream end when what it was opened with does not count any more.
  func lease(
    _ number: UInt64, _ answer: HTTPAnswer, _ principal: Handler.Principal, at endpoint: Endpoint
  ) {
    guard streams[number] != nil else { return }
    leases[number] = StreamLease(
      credential: answer.credential, principal: principal, endpoint: endpoint, peer: answer.peer)
  }

  func checkLeases() {
    for (number, lease) in leases where !lease.isBeingChecked {
      guard lease.standing?.isDoubtful() ?? true else { continue }
      leases[number]?.isBeingChecked = true
      loop.spawn { [self] in await check(number, lease) }
    }
  }

  private func check(_ number: UInt64, _ lease: StreamLease<Handler.Principal>) async {
    let standing = await handler.standing(
      of: lease.credential, as: lease.principal, at: lease.endpoint, transport: .http,
      peer: lease.peer)
    guard leases[number] != nil else { return }
    leases[number]?.isBeingChecked = false
    leases[number]?.standing = standing
    if standing == nil { streams[number]?.end() }
  }
}
