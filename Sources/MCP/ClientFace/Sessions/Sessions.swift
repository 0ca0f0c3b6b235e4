import JSON
import Reactor

/// Why a message cannot be taken within a session.
enum SessionRefusal: Error, Equatable {
  /// No such session, or another owner's: the same answer, so that ids cannot be probed.
  case unknownSession
  case tooManySessions
  case tooManySessionsOfPrincipal
  case tooManyCalls
  case tooManyStreams
  /// A request with this id is still being served.
  case requestIDInUse
}

/// Whose a session is and where it was opened. To anybody else, and anywhere else, it does not
/// exist.
struct SessionOwner: Hashable, Sendable {
  let principal: String
  let route: HTTPFaceRoute
}

/// The sessions of the session era: who owns them, what runs in them, when they are over.
/// `Call` and `Channel` are the shell's handles on a running call and on what else a session has.
/// No I/O, no clock, no randomness: ids and the time come in.
struct Sessions<Call: Sendable, Channel: Sendable>: Sendable {
  struct Session: Sendable {
    let owner: SessionOwner
    let channel: Channel
    var calls: [RequestID: (number: UInt64, call: Call)] = [:]
    var streams: Set<UInt64> = []
    var lastUsed: MonotonicTime

    var isIdle: Bool { calls.isEmpty && streams.isEmpty }
  }

  /// What a session leaves behind for the shell to stop.
  struct Ended: Sendable {
    var calls: [Call]
    var channel: Channel
  }

  private let limits: ClientFaceLimits
  private var sessions: [String: Session] = [:]
  private var countOfPrincipal: [String: Int] = [:]
  private var expired: [Channel] = []
  private var lastNumber: UInt64 = 0

  init(limits: ClientFaceLimits) { self.limits = limits }

  var count: Int { sessions.count }

  var channels: [Channel] { sessions.values.map(\.channel) }

  /// Starts a session. Idle ones past their time make room first.
  mutating func open(id: String, owner: SessionOwner, channel: Channel, now: MonotonicTime)
    throws(SessionRefusal)
  {
    if sessions.count >= limits.maxSessions { expire(now: now) }
    guard sessions.count < limits.maxSessions else { throw .tooManySessions }
    guard countOfPrincipal[owner.principal, default: 0] < limits.maxSessionsPerPrincipal else {
      throw .tooManySessionsOfPrincipal
    }
    assert(sessions[id] == nil, "session ids are random and long")
    sessions[id] = Session(owner: owner, channel: channel, lastUsed: now)
    countOfPrincipal[owner.principal, default: 0] += 1
  }

  /// Finds a session of this owner and marks it used.
  mutating func use(_ id: String, as owner: SessionOwner, now: MonotonicTime)
    throws(SessionRefusal) -> Channel
  {
    let place = try place(of: id, as: owner)
    sessions.values[place].lastUsed = now
    return sessions.values[place].channel
  }

  /// A request starts being served in a session. Returns the number of the call.
  mutating func begin(
    _ request: RequestID, call: Call, in id: String, as owner: SessionOwner, now: MonotonicTime
  ) throws(SessionRefusal) -> UInt64 {
    let place = try place(of: id, as: owner)
    guard sessions.values[place].calls[request] == nil else { throw .requestIDInUse }
    guard sessions.values[place].calls.count < limits.maxCallsPerSession else {
      throw .tooManyCalls
    }
    lastNumber += 1
    sessions.values[place].calls[request] = (lastNumber, call)
    sessions.values[place].lastUsed = now
    return lastNumber
  }

  /// A request has been served. False when it was cancelled before: its answer is discarded.
  mutating func end(_ request: RequestID, number: UInt64, in id: String, now: MonotonicTime)
    -> Bool
  {
    guard sessions[id]?.calls[request]?.number == number else { return false }
    sessions[id]?.calls[request] = nil
    sessions[id]?.lastUsed = now
    return true
  }

  /// `notifications/cancelled`: the call to stop, if it runs in this session.
  mutating func cancel(_ request: RequestID, in id: String) -> Call? {
    sessions[id]?.calls.removeValue(forKey: request)?.call
  }

  /// A stream of a session opens that belongs to no call. `number` is the shell's.
  mutating func openStream(
    _ number: UInt64, in id: String, as owner: SessionOwner, now: MonotonicTime
  ) throws(SessionRefusal) -> Channel {
    let place = try place(of: id, as: owner)
    guard sessions.values[place].streams.count < limits.maxStreamsPerSession else {
      throw .tooManyStreams
    }
    sessions.values[place].streams.insert(number)
    sessions.values[place].lastUsed = now
    return sessions.values[place].channel
  }

  mutating func closeStream(_ number: UInt64, in id: String, now: MonotonicTime) {
    sessions[id]?.streams.remove(number)
    sessions[id]?.lastUsed = now
  }

  /// DELETE, or the end of the stream that was the session: it is over.
  mutating func close(_ id: String, as owner: SessionOwner) throws(SessionRefusal) -> Ended {
    let session = sessions.values[try place(of: id, as: owner)]
    remove(id, session)
    return Ended(calls: session.calls.values.map(\.call), channel: session.channel)
  }

  /// The sessions of the owners that are picked out are over.
  mutating func end(where isPicked: (SessionOwner) -> Bool) -> [Ended] {
    sessions.filter { isPicked($0.value.owner) }.map { id, session in
      remove(id, session)
      return Ended(calls: session.calls.values.map(\.call), channel: session.channel)
    }
  }

  /// Forgets the sessions that were idle for too long.
  mutating func expire(now: MonotonicTime) {
    for (id, session) in sessions
    where session.isIdle && session.lastUsed + limits.sessionIdleTime <= now {
      remove(id, session)
      expired.append(session.channel)
    }
  }

  /// What forgotten sessions left behind for the shell to end.
  mutating func takeExpired() -> [Channel] {
    defer { expired = [] }
    return expired
  }

  private func place(of id: String, as owner: SessionOwner)
    throws(SessionRefusal) -> Dictionary<String, Session>.Index
  {
    guard let place = sessions.index(forKey: id), sessions.values[place].owner == owner
    else { throw .unknownSession }
    return place
  }

  private mutating func remove(_ id: String, _ session: Session) {
    sessions[id] = nil
    let principal = session.owner.principal
    guard let count = countOfPrincipal[principal] else { return }
    countOfPrincipal[principal] = count > 1 ? count - 1 : nil
  }
}
