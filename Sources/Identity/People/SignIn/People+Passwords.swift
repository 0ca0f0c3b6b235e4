import Crypto
import Reactor
import Synchronization

/// What comes after a password that is right.
public enum PasswordStep: Sendable, Equatable {
  /// The code of the authenticator application, with this ticket.
  case code(ticket: String)
  /// The account has no codes yet: they are set up, with this ticket.
  case setUp(CodeSetup)
}

/// Codes that are to be set up: shown once, and taken when the first code is right.
public struct CodeSetup: Sendable, Equatable {
  /// The key in base32, for typing.
  public let key: String
  /// What authenticator applications read.
  public let address: String
  /// For the next step.
  public let ticket: String
}

/// Signing in with a password and a code.
extension People {
  /// The first step.
  /// - Parameters:
  ///   - binding: what the browser is known by; the next step must come from it.
  ///   - address: the numeric address it came from.
  public func signIn(
    _ name: String, password: String, binding: String, from address: String
  ) async throws(SignInRefusal) -> PasswordStep {
    let known = state.withLock { $0.accounts[Account.key(name)] }
    // A name nobody has may be a password, or endless: only its digest is kept.
    let subject = known.map { Account.key($0.name) } ?? SHA256.hash(utf8: name).hex
    try await admit(subject, known?.name, address)
    let stored = known?.passwordHash ?? nobodysHash
    let shown = Array(password.utf8.prefix(PasswordRules.bytesMax + 1))
    let isRight = await hashing.runIfRoom { Argon2id.isValid(stored, for: shown) }
    guard let isRight else { throw .busy }
    guard isRight, let known, let hash = known.passwordHash else {
      await refuse(known?.name, "password", address)
      throw .wrong
    }
    state.withLock { state in
      state.byAccount.forget(subject)
      state.byAddress.forget(address, 1)
    }
    let now = clock.wall()
    let digest = SHA256.hash(utf8: hash).hex
    if known.hasCodes {
      return .code(
        ticket: tickets.seal(
          .init(purpose: .code, name: known.name, state: digest), for: binding, now: now))
    }
    return .setUp(setup(.setup, of: known.name, state: digest, binding: binding))
  }

  /// The second step: the code of the present time, once.
  public func signIn(
    ticket: String, code: String, binding: String, from address: String
  ) async throws(SignInRefusal) -> SignedIn {
    let now = clock.wall()
    guard let ticket = tickets.open(ticket, for: binding, now: now),
      [.code, .setup, .invitedSetup].contains(ticket.purpose)
    else { throw .over }
    let name = ticket.name
    try await admit(Self.codeSubject(name), name, address)
    do throws(PeopleError) {
      try await change(name) { (account) throws(PeopleError) in
        try Self.take(code, ticket, &account, now)
      }
    } catch {
      switch error {
      case .invalid("code"):
        await refuse(name, "code", address)
        throw .wrong
      case .storage(let reason): throw .storage(reason)
      default: throw .over
      }
    }
    if ticket.purpose != .code {
      await note(event(.changed, name, "code", .person(address: address)))
    }
    return accepted(name, ["pwd", "otp", "mfa"], now, address)
  }

  private static func take(
    _ code: String, _ ticket: SignInTickets.Ticket, _ account: inout Account, _ now: Int64
  ) throws(PeopleError) {
    let key: [UInt8]
    switch ticket.purpose {
    case .code:
      guard let hash = account.passwordHash, SHA256.hash(utf8: hash).hex == ticket.state,
        let own = account.codeKey
      else { throw .unknown(account.name) }
      key = own
    case .setup:
      guard let hash = account.passwordHash, SHA256.hash(utf8: hash).hex == ticket.state,
        account.codeKey == nil, let own = ticket.codeKey
      else { throw .unknown(account.name) }
      key = own
    case .invitedSetup:
      guard account.invitation?.digest.hex == ticket.state, let own = ticket.codeKey,
        let hash = ticket.passwordHash
      else { throw .unknown(account.name) }
      key = own
      account.passwordHash = hash
      account.invitation = nil
    case .account:
      guard account.codeKey.map({ SHA256.hash($0).hex }) ?? "" == ticket.state,
        let own = ticket.codeKey
      else { throw .unknown(account.name) }
      key = own
      account.codeStep = 0
    case .invitation: throw .unknown(account.name)
    }
    guard let step = OneTimeCode.step(of: code, key: key, after: account.codeStep, now: now) else {
      throw .invalid("code")
    }
    account.codeKey = key
    account.codeStep = step
  }

  func setup(
    _ purpose: SignInTickets.Purpose, of name: String, state: String, binding: String,
    passwordHash: String? = nil
  ) -> CodeSetup {
    let key = OneTimeCode.makeKey()
    return CodeSetup(
      key: Base32.encode(key),
      address: OneTimeCode.address(key: key, account: name, issuer: "Sallyport"),
      ticket: tickets.seal(
        .init(
          purpose: purpose, name: name, state: state, codeKey: key, passwordHash: passwordHash),
        for: binding, now: clock.wall()))
  }

  /// Codes that are being set up, to be shown again after a code that was wrong; nil for other
  /// tickets.
  public func codeSetup(ticket text: String, binding: String) -> CodeSetup? {
    guard let ticket = tickets.open(text, for: binding, now: clock.wall()),
      let key = ticket.codeKey
    else { return nil }
    return CodeSetup(
      key: Base32.encode(key),
      address: OneTimeCode.address(key: key, account: ticket.name, issuer: "Sallyport"),
      ticket: text)
  }

  /// Begins to set up other codes, for somebody who signed in just now.
  public func setUpCodes(of name: String, binding: String) throws(PeopleError) -> CodeSetup {
    let account = try account(name)
    let state = account.codeKey.map { SHA256.hash($0).hex } ?? ""
    return setup(.account, of: account.name, state: state, binding: binding)
  }

  /// Takes other codes, when the first of them is right.
  public func takeCodes(
    ticket: String, code: String, binding: String, from address: String
  ) async throws(SignInRefusal) {
    let now = clock.wall()
    guard let ticket = tickets.open(ticket, for: binding, now: now), ticket.purpose == .account
    else { throw .over }
    do throws(PeopleError) {
      try await change(ticket.name) { (account) throws(PeopleError) in
        try Self.take(code, ticket, &account, now)
      }
    } catch {
      switch error {
      case .invalid("code"): throw .wrong
      case .storage(let reason): throw .storage(reason)
      default: throw .over
      }
    }
    await note(event(.changed, ticket.name, "code", .person(address: address)))
  }

  // MARK: - Guesses

  /// Counts a guess before it is looked at, so that many at once are many.
  func admit(_ subject: String, _ name: String?, _ address: String) async throws(SignInRefusal) {
    let now = clock.wall()
    let (wait, begins) = state.withLock { state in
      let wait = max(
        state.byAccount.wait(subject, now: now), state.byAddress.wait(address, now: now))
      guard wait == 0 else { return (wait, Int64(0)) }
      return (
        0,
        max(
          state.byAccount.fail(subject, now: now), state.byAddress.fail(address, now: now))
      )
    }
    guard wait == 0 else { throw .wait(wait) }
    guard begins > 0 else { return }
    var event = PeopleEvent(.locked, name)
    event.address = address
    event.reason = "too many guesses; the next after \(begins) s"
    await note(event)
  }

  func refuse(_ name: String?, _ of: String, _ address: String, _ reason: String? = nil) async {
    var event = PeopleEvent(.refused, name)
    event.of = of
    event.address = address
    event.reason = reason ?? (name == nil ? "there is no account of this name" : nil)
    await note(event)
  }

  func accepted(
    _ name: String, _ methods: [String], _ now: Int64, _ address: String
  ) -> SignedIn {
    state.withLock { state in
      state.byAccount.forget(Self.codeSubject(name))
      // Not all of them: who has an account would guess for others between two sign-ins.
      state.byAddress.forget(address, 1)
    }
    return Self.signedIn(name, methods, now)
  }

  static func signedIn(_ name: String, _ methods: [String], _ now: Int64) -> SignedIn {
    SignedIn(
      name: name, source: .account,
      authentication: Authentication(methods: methods, time: now))
  }

  static func codeSubject(_ name: String) -> String { Account.key(name) + "/code" }
}
