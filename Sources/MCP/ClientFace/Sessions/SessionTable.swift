import Reactor
import Synchronization

/// The sessions of a process, shared by the HTTP faces of all loops: a session's requests may
/// come in on any of them.
public final class SessionTable: Sendable {
  /// A running call is stopped by cancelling its task.
  typealias Register = Sessions<Task<Void, Never>, SessionChannel>

  private let register: Mutex<Register>
  private let replay: ReplayBudget
  private let limits: ClientFaceLimits

  /// - Parameter limits: the bounds on sessions, calls and streams.
  public init(limits: ClientFaceLimits = ClientFaceLimits()) {
    register = Mutex(Register(limits: limits))
    replay = ReplayBudget(maxBytes: limits.maxReplayBytes)
    self.limits = limits
  }

  /// Sessions that are open now.
  public var count: Int { register.withLock { $0.count } }

  /// Runs `body` while no other thread looks at the sessions. Keep it short.
  func with<Result: Sendable, Failure: Error>(
    _ body: (inout Register) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try register.withLock { (register) throws(Failure) -> Result in try body(&register) }
  }

  /// What a session to come has; nil for a client that has not introduced itself yet.
  func newChannel(for client: ClientDescription?) -> SessionChannel {
    SessionChannel(client: client, limits: limits, replay: replay)
  }

  /// Ends the sessions that were idle for too long, and gives up old events of the others.
  func expire(now: MonotonicTime) {
    let (expired, channels) = with { register in
      register.expire(now: now)
      return (register.takeExpired(), register.channels)
    }
    for channel in expired { channel.end() }
    for channel in channels { channel.expire(now: now) }
  }

  /// Ends the sessions that are picked out, with all that runs in them. Any thread.
  /// - Parameter isPicked: is given the principal's name (`RequestHandler.sessionKey`) and where
  ///   the session was opened.
  /// - Returns: how many.
  public func end(where isPicked: (_ principal: String, _ endpoint: Endpoint) -> Bool) -> Int {
    let ended = register.withLock { register in
      register.end { isPicked($0.principal, $0.route.endpoint) }
    }
    for session in ended {
      for call in session.calls { call.cancel() }
      session.channel.end()
    }
    return ended.count
  }

  /// A session id of 192 random bits in visible ASCII.
  static func newID(from random: inout some RandomNumberGenerator) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var id: [UInt8] = []
    id.reserveCapacity(32)
    while id.count < 32 {
      var word = random.next()
      for _ in 0..<8 {
        id.append(alphabet[Int(word & 63)])
        word >>= 6
      }
    }
    return String(decoding: id, as: UTF8.self)
  }
}
