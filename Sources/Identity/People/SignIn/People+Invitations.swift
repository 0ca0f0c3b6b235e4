import Crypto
import Reactor
import Synchronization

/// Coming in with an invitation: its person chooses a passkey, or a password and codes.
extension People {
  /// Who an invitation is for, with a ticket for what comes next.
  public func accept(
    invitation text: String, binding: String, from address: String
  ) async throws(SignInRefusal) -> (name: String, ticket: String) {
    let now = clock.wall()
    let digest = SHA256.hash(utf8: text)
    let found = state.withLock { state in
      state.accounts.values.first {
        $0.invitation?.digest == digest && now < $0.invitation?.expiresAt ?? 0
      }
    }
    guard let found else {
      let wait = state.withLock { state in
        let wait = state.byAddress.wait(address, now: now)
        if wait == 0 { _ = state.byAddress.fail(address, now: now) }
        return wait
      }
      guard wait == 0 else { throw .wait(wait) }
      await refuse(nil, "invitation", address, "there is no such invitation")
      throw .wrong
    }
    return (
      found.name,
      tickets.seal(
        .init(purpose: .invitation, name: found.name, state: digest.hex), for: binding, now: now)
    )
  }

  /// Who a ticket of an invitation is for.
  public func invited(ticket: String, binding: String) -> String? {
    guard let ticket = tickets.open(ticket, for: binding, now: clock.wall()),
      ticket.purpose == .invitation
    else { return nil }
    return ticket.name
  }

  /// A passkey was chosen.
  public func choosePasskey(
    _ registration: PasskeyRegistration, label: String, ticket: String, at site: PasskeySite,
    binding: String, from address: String
  ) async throws(SignInRefusal) -> SignedIn {
    let now = clock.wall()
    guard let ticket = tickets.open(ticket, for: binding, now: now), ticket.purpose == .invitation
    else { throw .over }
    do throws(PeopleError) {
      try await add(registration, label, ticket.name, site, binding, address) {
        (account) throws(PeopleError) in
        guard account.invitation?.digest.hex == ticket.state else { throw .invalid("invitation") }
        account.invitation = nil
      }
    } catch {
      switch error {
      case .passkey(let refusal): throw .passkey(refusal)
      case .storage(let reason): throw .storage(reason)
      default: throw .over
      }
    }
    let method = registration.isSynced ? "swk" : "hwk"
    return Self.signedIn(ticket.name, [method, "user", "mfa"], now)
  }

  /// A password was chosen: the codes come next, and the account changes only with the first.
  public func choosePassword(
    _ password: String, ticket: String, binding: String
  ) async throws(SignInRefusal) -> CodeSetup {
    guard let ticket = tickets.open(ticket, for: binding, now: clock.wall()),
      ticket.purpose == .invitation
    else { throw .over }
    do throws(PeopleError) {
      let hash = try await hash(password, of: ticket.name)
      return setup(
        .invitedSetup, of: ticket.name, state: ticket.state, binding: binding, passwordHash: hash)
    } catch {
      switch error {
      case .password(let objection): throw .password(objection)
      case .busy: throw .busy
      default: throw .storage(error.description)
      }
    }
  }
}
