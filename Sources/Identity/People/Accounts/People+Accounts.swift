import Crypto
import Reactor
import Synchronization

/// Accounts: who may have one, and what they sign in with.
extension People {
  /// For how many seconds an invitation counts.
  public static let invitationTime: Int64 = 72 * 3600
  private static let invitationPrefix = "spi_"

  /// Makes an account: with a password, or with an invitation to choose a way in.
  /// - Returns: the account, and the text of the invitation, which nobody can be told again.
  public func add(
    _ draft: AccountDraft, password: String?, by actor: PeopleActor
  ) async throws(PeopleError) -> (account: Account, invitation: String?) {
    try draft.check()
    guard state.withLock({ $0.accounts[Account.key(draft.name)] }) == nil else {
      throw .exists(draft.name)
    }
    let now = clock.wall()
    var account = Account(
      name: draft.name, roles: draft.roles, tenant: draft.tenant, createdAt: now,
      createdBy: actor.user ?? draft.name)
    var text: String?
    if let password {
      account.passwordHash = try await hash(password, of: draft.name)
    } else {
      (text, account.invitation) = Self.invitation(now)
    }
    let made = account
    try await record(event(.added, made.name, "account", actor))
    try await thread.run { [self] () throws(PeopleError) in
      let (isThere, count) = state.withLock {
        ($0.accounts[Account.key(made.name)] != nil, $0.accounts.count)
      }
      guard !isThere else { throw .exists(made.name) }
      guard count < Self.accountsMax else { throw .tooMany("accounts") }
      try store.value.put(made)
      state.withLock { $0.publish(made) }
    }
    return (made, text)
  }

  /// Takes every way in from an account, ends its sessions, and gives an invitation.
  public func reset(
    _ name: String, by actor: PeopleActor
  ) async throws(PeopleError) -> (account: Account, invitation: String) {
    let (text, invitation) = Self.invitation(clock.wall())
    try await record(event(.reset, try account(name).name, nil, actor))
    let account = try await change(name) { (account) throws(PeopleError) in
      account.passwordHash = nil
      account.codeKey = nil
      account.codeStep = 0
      account.passkeys = []
      account.invitation = invitation
    }
    await endSessions(of: name, reason: "the account was reset")
    forgive(name)
    return (account, text)
  }

  /// Gives an account these roles and this tenant.
  public func set(
    _ name: String, roles: [String], tenant: String?, by actor: PeopleActor
  ) async throws(PeopleError) -> Account {
    let draft = AccountDraft(name: try account(name).name, roles: roles, tenant: tenant)
    try draft.check()
    var event = event(.changed, draft.name, "roles", actor)
    event.reason = roles.joined(separator: ", ")
    try await record(event)
    return try await change(name) { (account) throws(PeopleError) in
      account.roles = roles
      account.tenant = tenant
    }
  }

  /// Removes an account and ends its sessions.
  public func remove(_ name: String, by actor: PeopleActor) async throws(PeopleError) {
    let account = try account(name)
    try await record(event(.removed, account.name, "account", actor))
    try await thread.run { [self] () throws(PeopleError) in
      try store.value.remove(account: name)
      state.withLock { state in
        for passkey in account.passkeys { state.owners[passkey.id] = nil }
        state.accounts[Account.key(name)] = nil
      }
    }
    await endSessions(of: name, reason: "the account was removed")
    forgive(name)
  }

  /// Another password, for somebody who signed in just now; all their other sessions end.
  public func setPassword(
    _ name: String, to password: String, keeping session: String?, by actor: PeopleActor
  ) async throws(PeopleError) {
    let hash = try await hash(password, of: name)
    try await record(event(.changed, name, "password", actor))
    try await change(name) { (account) throws(PeopleError) in account.passwordHash = hash }
    await endSessions(of: name, except: session, reason: "the password was changed")
  }

  /// Takes a passkey away.
  public func removePasskey(
    _ id: String, of name: String, by actor: PeopleActor
  ) async throws(PeopleError) {
    let rest: @Sendable (Account) throws(PeopleError) -> [Passkey] = {
      (account) throws(PeopleError) in
      let rest = account.passkeys.filter { $0.shortID != id }
      guard rest.count < account.passkeys.count else { throw .noSuchPasskey }
      guard !rest.isEmpty || (account.hasPassword && account.hasCodes) else { throw .lastWay }
      return rest
    }
    _ = try rest(try account(name))
    var event = event(.changed, name, "passkey", actor)
    event.reason = "removed \(id)"
    try await record(event)
    try await change(name) { (account) throws(PeopleError) in
      account.passkeys = try rest(account)
    }
  }

  func event(
    _ kind: PeopleEvent.Kind, _ name: String, _ of: String?, _ actor: PeopleActor
  ) -> PeopleEvent {
    var event = PeopleEvent(kind, name)
    event.of = of
    event.user = actor.user
    event.address = actor.address
    return event
  }

  private static func invitation(_ now: Int64) -> (text: String, Account.Invitation) {
    let text = invitationPrefix + Base64URL.encode(SecureRandom.bytes(32))
    return (
      text,
      Account.Invitation(digest: SHA256.hash(utf8: text), expiresAt: now + invitationTime)
    )
  }

  private func forgive(_ name: String) {
    state.withLock { state in
      state.byAccount.forget(Account.key(name))
      state.byAccount.forget(Self.codeSubject(name))
    }
  }
}
