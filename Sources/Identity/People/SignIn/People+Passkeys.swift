import Crypto
import Reactor
import Synchronization

/// The web site that passkeys are for.
public struct PasskeySite: Sendable, Equatable {
  /// Scheme, host and port.
  public let origin: String
  /// The host: the relying party's identifier.
  public let host: String

  /// A site.
  public init(origin: String, host: String) {
    self.origin = origin
    self.host = host
  }
}

/// Signing in with a passkey, and making them.
extension People {
  /// Asks for a signature.
  public func passkeyChallenge(binding: String) -> [UInt8] {
    challenges.make(.get, for: binding, now: clock.wall())
  }

  /// Asks for a new passkey.
  public func newPasskeyChallenge(binding: String) -> [UInt8] {
    challenges.make(.create, for: binding, now: clock.wall())
  }

  /// COSE's numbers of the algorithms that are taken, the best first.
  public static var passkeyAlgorithms: [Int] { PasskeyAlgorithm.offered.map(\.number) }

  /// What authenticators know an account by, and its passkeys.
  public func passkeyFacts(of name: String) throws(PeopleError) -> (user: [UInt8], known: [[UInt8]])
  {
    let account = try account(name)
    return (account.handle, account.passkeys.map(\.id))
  }

  /// Signs in.
  public func signIn(
    _ assertion: PasskeyAssertion, at site: PasskeySite, binding: String, from address: String
  ) async throws(SignInRefusal) -> SignedIn {
    let now = clock.wall()
    let owner = state.withLock { $0.owners[assertion.credential] }
    do throws(PeopleError) {
      guard let owner else { throw PeopleError.passkey(.unknown) }
      let account = try await change(owner) { [self] (account) throws(PeopleError) in
        try take(assertion, at: site, binding, &account, now)
      }
      let method = assertion.isSynced ? "swk" : "hwk"
      return Self.signedIn(account.name, [method, "user", "mfa"], now)
    } catch {
      guard case .passkey(let refusal) = error else { throw .storage(error.description) }
      let (name, isTold) = state.withLock { state in
        let isTold = state.failedPasskeys.wait(address, now: now) == 0
        if isTold { _ = state.failedPasskeys.fail(address, now: now) }
        return (owner.flatMap { state.accounts[$0]?.name }, isTold)
      }
      if isTold { await refuse(name, "passkey", address, refusal.description) }
      throw .passkey(refusal)
    }
  }

  private func take(
    _ assertion: PasskeyAssertion, at site: PasskeySite, _ binding: String,
    _ account: inout Account, _ now: Int64
  ) throws(PeopleError) {
    guard let index = account.passkeys.firstIndex(where: { $0.id == assertion.credential }) else {
      throw .passkey(.unknown)
    }
    let checked: (passkey: Passkey, challenge: [UInt8], end: Int64)
    do throws(PasskeyRefusal) {
      checked = try assertion.check(
        by: account.passkeys[index], origin: site.origin, host: site.host, now: now
      ) { challenges.end(of: $0, .get, for: binding, now: now) }
    } catch {
      throw .passkey(error)
    }
    try takeOnce(checked.challenge, checked.end, now)
    account.passkeys[index] = checked.passkey
  }

  private func takeOnce(
    _ challenge: [UInt8], _ end: Int64, _ now: Int64
  ) throws(PeopleError) {
    let isFirst = state.withLock { $0.taken.take(challenge, until: end, now: now) }
    guard isFirst else { throw .passkey(.challenge) }
  }

  /// Adds a passkey for somebody who signed in just now.
  public func addPasskey(
    _ registration: PasskeyRegistration, label: String, of name: String, at site: PasskeySite,
    binding: String, from address: String
  ) async throws(PeopleError) {
    try await add(registration, label, name, site, binding, address) { (_) throws(PeopleError) in }
  }

  func add(
    _ registration: PasskeyRegistration, _ label: String, _ name: String, _ site: PasskeySite,
    _ binding: String, _ address: String,
    also check: @escaping @Sendable (inout Account) throws(PeopleError) -> Void
  ) async throws(PeopleError) {
    let now = clock.wall()
    let label = String(
      label.unicodeScalars.filter { $0.properties.generalCategory != .control }
        .prefix(64))
    let account = try await change(name) { [self] (account) throws(PeopleError) in
      try check(&account)
      guard account.passkeys.count < Self.passkeysMax else { throw .tooMany("passkeys") }
      let made: (passkey: Passkey, challenge: [UInt8], end: Int64)
      do throws(PasskeyRefusal) {
        made = try registration.passkey(
          origin: site.origin, host: site.host, label: label.isEmpty ? "Passkey" : label, now: now
        ) { challenges.end(of: $0, .create, for: binding, now: now) }
      } catch {
        throw .passkey(error)
      }
      guard state.withLock({ $0.owners[made.passkey.id] }) == nil else { throw .passkey(.key) }
      try takeOnce(made.challenge, made.end, now)
      account.passkeys.append(made.passkey)
    }
    guard let added = account.passkeys.last else { return }
    do throws(PeopleError) {
      var event = event(.changed, name, "passkey", .person(address: address))
      event.reason = "added \(added.shortID)"
      try await record(event)
    } catch {
      try await change(name) { (account) throws(PeopleError) in
        account.passkeys.removeAll { $0.id == added.id }
      }
      throw error
    }
  }
}
