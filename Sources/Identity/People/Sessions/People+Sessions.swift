import Crypto
import Reactor
import Synchronization

/// Who is signed in.
extension People {
  /// Whom a session names; nil when it is over, and for what is no session: an agent's token never
  /// names a person. Its use is noted.
  public func person(session token: String) -> Person? {
    guard SessionToken.isWellFormed(token) else { return nil }
    let digest = SHA256.hash(utf8: token)
    let now = clock.wall()
    return state.withLock { state in
      guard var session = state.sessions[digest], !session.isOver(at: now, state.limits),
        let person = Self.person(session, state)
      else { return nil }
      if now - session.usedAt >= Self.useInterval || state.used.contains(digest) {
        state.used.insert(digest)
        session.usedAt = now
        state.sessions[digest] = session
      }
      return person
    }
  }

  /// As whom a session was begun; nil when it is over.
  public func signedIn(session token: String) -> SignedIn? {
    guard person(session: token) != nil else { return nil }
    return state.withLock { $0.sessions[SHA256.hash(utf8: token)]?.who }
  }

  /// An account's present roles count, and one that is gone names nobody.
  private static func person(_ session: PersonSession, _ state: State) -> Person? {
    let who = session.who
    switch who.source {
    case .account:
      guard let account = state.accounts[Account.key(who.name)] else { return nil }
      return Person(
        name: account.name, roles: account.roles, tenant: account.tenant,
        authentication: who.authentication)
    case .issuer:
      return Person(
        name: who.name, roles: who.roles, tenant: who.tenant, authentication: who.authentication)
    }
  }

  /// Begins a session, with a new token, for somebody who signed in. It is on record first.
  /// - Parameters:
  ///   - old: the token of a session that this one takes the place of.
  ///   - address: the numeric address it came from.
  ///   - client: the program, as that says itself.
  /// - Returns: the token, which nobody can be told again.
  public func begin(
    _ who: SignedIn, replacing old: String? = nil, from address: String?, client: String?
  ) async throws(PeopleError) -> String {
    let now = clock.wall()
    let token = SessionToken.make()
    let session = PersonSession(
      who: who, createdAt: now, usedAt: now, address: address,
      client: client.map { String($0.prefix(200)) }, digest: SHA256.hash(utf8: token))
    var event = PeopleEvent(.signedIn, who.name)
    event.methods = who.authentication.methods
    event.session = session.id
    event.address = address
    if case .issuer(let name) = who.source { event.issuer = name }
    try await record(event)
    let oldDigest = old.map { SHA256.hash(utf8: $0) }
    try await thread.run { [self] () throws(PeopleError) in
      let gone = state.withLock { state in
        Self.overdue(state, now, adding: who) + (oldDigest.map { [$0] } ?? [])
      }
      try store.value.put([session], removing: gone)
      state.withLock { state in
        for digest in gone { state.sessions[digest] = nil }
        state.sessions[session.digest] = session
      }
    }
    if who.source == .account {
      try await change(who.name) { (account) throws(PeopleError) in account.signedInAt = now }
    }
    return token
  }

  /// Sessions that are over, and the oldest where one more would be too many.
  private static func overdue(
    _ state: State, _ now: Int64, adding who: SignedIn
  ) -> [SHA256Digest] {
    var gone = state.sessions.values.filter { $0.isOver(at: now, state.limits) }
    let live = state.sessions.values.filter { !$0.isOver(at: now, state.limits) }
      .sorted { $0.usedAt < $1.usedAt }
    let own = live.filter { $0.who.name == who.name && $0.who.source == who.source }
    gone += own.prefix(max(0, own.count + 1 - sessionsPerPersonMax))
    if live.count >= sessionsMax { gone += live.prefix(1) }
    return gone.map(\.digest)
  }

  /// Ends a session, at once.
  public func end(session token: String, from address: String?) async {
    let digest = SHA256.hash(utf8: token)
    guard let session = state.withLock({ $0.sessions.removeValue(forKey: digest) }) else { return }
    await forget([session], reason: "signed out", from: address)
  }

  /// Ends all sessions of somebody but one, at once.
  /// - Returns: how many there were.
  @discardableResult
  public func endSessions(
    of name: String, source: SignedIn.Source = .account, except token: String? = nil,
    reason: String
  ) async -> Int {
    let kept = token.map { SHA256.hash(utf8: $0) }
    return await endSessions(reason: reason, except: kept) {
      Account.key($0.name) == Account.key(name) && $0.source == source
    }
  }

  /// Ends the sessions of those who are meant, at once.
  @discardableResult
  func endSessions(
    reason: String, except kept: SHA256Digest? = nil, of isMeant: (SignedIn) -> Bool
  ) async -> Int {
    let ended = state.withLock { state in
      let ended = state.sessions.values.filter { $0.digest != kept && isMeant($0.who) }
      for session in ended { state.sessions[session.digest] = nil }
      return ended
    }
    await forget(ended, reason: reason, from: nil)
    return ended.count
  }

  /// The sessions of somebody that are not over, the newest first.
  public func sessions(of name: String, source: SignedIn.Source = .account) -> [PersonSession] {
    let now = clock.wall()
    return state.withLock { state in
      state.sessions.values.filter {
        Account.key($0.who.name) == Account.key(name) && $0.who.source == source
          && !$0.isOver(at: now, state.limits)
      }
    }.sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
  }

  /// Names a session without telling its token.
  public static func id(ofSession token: String) -> String {
    String(SHA256.hash(utf8: token).hex.prefix(16))
  }

  private func forget(_ ended: [PersonSession], reason: String, from address: String?) async {
    guard !ended.isEmpty else { return }
    let digests = ended.map(\.digest)
    // It is taken nowhere any more; one that stays in the file ends by its time.
    try? await thread.run { [self] () throws(PeopleError) in
      try store.value.put([], removing: digests)
    }
    for session in ended {
      var event = PeopleEvent(.signedOut, session.who.name)
      event.session = session.id
      event.reason = reason
      event.address = address
      await note(event)
    }
  }

  /// Writes when sessions were used last, and lets those go that are over.
  public func flush() async throws(PeopleError) {
    let now = clock.wall()
    try await thread.run { [self] () throws(PeopleError) in
      let (used, gone) = state.withLock { state in
        let gone = state.sessions.values.filter { $0.isOver(at: now, state.limits) }.map(\.digest)
        for digest in gone { state.sessions[digest] = nil }
        defer { state.used = [] }
        return (state.used.compactMap { state.sessions[$0] }, gone)
      }
      if !used.isEmpty || !gone.isEmpty { try store.value.put(used, removing: gone) }
    }
  }
}
