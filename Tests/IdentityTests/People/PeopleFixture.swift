import Crypto
import Glibc
import Reactor
import Synchronization
import TestSupport

@testable import Identity

/// People in a directory of their own, with a clock that a test moves and a record that it reads.
final class PeopleFixture {
  static let password = "a bicycle for two"
  static let browser = "the browser"
  static let address = "192.0.2.1"
  static let site = PasskeySite(origin: "https://gate.example", host: "gate.example")

  final class Journal: PeopleJournal {
    private let events = Mutex<[PeopleEvent]>([])
    private let isFull = Atomic(false)

    var all: [PeopleEvent] { events.withLock { $0 } }
    func fill() { isFull.store(true, ordering: .relaxed) }

    func keep(_ event: PeopleEvent) async -> Bool {
      guard !isFull.load(ordering: .relaxed) else { return false }
      events.withLock { $0.append(event) }
      return true
    }
  }

  private final class Time: Sendable {
    let now = Atomic<Int64>(1_800_000_000)
  }

  private let directory = TemporaryDirectory()
  let journal = Journal()
  private(set) var people: People
  private let time = Time()
  private let thread: BlockingThread

  init(_ limits: SessionLimits = SessionLimits()) throws {
    thread = try BlockingThread(name: "test")
    people = try Self.open(directory.path, thread, limits, journal, time)
  }

  var now: Int64 { time.now.load(ordering: .relaxed) }

  func pass(_ seconds: Int64) { _ = time.now.add(seconds, ordering: .relaxed) }

  /// What a restart does.
  func startAgain(_ limits: SessionLimits = SessionLimits()) throws {
    people = try Self.open(directory.path, thread, limits, journal, time)
  }

  private static func open(
    _ path: String, _ thread: BlockingThread, _ limits: SessionLimits, _ journal: Journal,
    _ time: Time
  ) throws -> People {
    let clock = TokenClock(
      wall: { time.now.load(ordering: .relaxed) }, steady: { time.now.load(ordering: .relaxed) })
    return try People(
      path: "\(path)/people.sqlite", thread: thread, limits: limits, journal: journal,
      clock: clock, cost: Argon2id.Cost(passes: 1, memoryBytes: 8 << 10))
  }

  // MARK: - The usual ways

  /// Makes an account with a password, and sets up its codes.
  /// - Returns: the key of the codes.
  func enrol(_ name: String = "alice", roles: [String] = ["sre"]) async throws -> [UInt8] {
    _ = try await people.add(
      AccountDraft(name: name, roles: roles), password: Self.password, by: .user("root"))
    _ = try await signIn(name, key: nil)
    return try people.account(name).codeKey ?? []
  }

  func password(_ name: String = "alice", _ password: String = password) async throws
    -> PasswordStep
  {
    try await people.signIn(
      name, password: password, binding: Self.browser, from: Self.address)
  }

  /// Signs in with password and code, and begins a session.
  func signIn(
    _ name: String = "alice", key: [UInt8]?, replacing old: String? = nil
  ) async throws -> String {
    // Each code counts once.
    pass(OneTimeCode.period)
    let (ticket, secret): (String, [UInt8])
    switch try await password(name) {
    case .code(let shown): (ticket, secret) = (shown, key ?? [])
    case .setUp(let setup):
      (ticket, secret) = (setup.ticket, decoded(setup))
    }
    let who = try await people.signIn(
      ticket: ticket, code: OneTimeCode.code(key: secret, step: now / OneTimeCode.period),
      binding: Self.browser, from: Self.address)
    return try await people.begin(
      who, replacing: old, from: Self.address, client: "a browser")
  }

  func decoded(_ setup: CodeSetup) -> [UInt8] {
    people.tickets.open(setup.ticket, for: Self.browser, now: now)?.codeKey ?? []
  }

  /// Everything in the files.
  var stored: [UInt8] {
    ["people.sqlite", "people.sqlite-wal"].flatMap { name in
      directory.read(name)
    }
  }
}
