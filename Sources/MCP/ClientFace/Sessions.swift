import JSON
import Reactor

/// Why a message cannot be taken within a session.
enum SessionRefusal: Error, Equatable {
  /// No such session, or another principal's: the same answer, so that ids cannot be probed.
  case unknownSession
  case tooManySessions
  case tooManySessionsOfPrincipal
  case tooManyCalls
  case tooManyStreams
  /// A request with this id is still being served.
  case requestIDInUse
}

/// The sessions of the session era: who owns them, what runs in them, when they are over.
/// `Call` and `Stream` are the shell's handles on a running call and an open server stream.
/// No I/O, no clock, no randomness: ids and the time come in.
struct Sessions<Call: Sendable, Stream: Sendable>: Sendable {
  struct Session: Sendable {
    let principal: String
    let client: ClientDescription
    var calls: [RequestID: (number: UInt64, call: Call)] = [:]
    var streams: [UInt64: Stream] = [:]
    var lastUsed: MonotonicTime
    /// The last change of the tools list this session has been told of.
    var toldOfChange: UInt64

    var isIdle: Bool { calls.isEmpty && streams.isEmpty }
  }

  /// What a session leaves behind for the shell to stop.
  struct Ended: Sendable {
    var calls: [Call]
    var streams: [Stream]
  }

  private let limits: ClientFaceLimits
  private var sessions: [String: Session] = [:]
  private var countOfPrincipal: [String: Int] = [:]

  init(limits: ClientFaceLimits) { self.limits = limits }

  var count: Int { sessions.count }

  /// Starts a session. Idle ones past their time make room first.
  mutating func open(
    id: String, principal: String, client: ClientDescription, change: UInt64, now: MonotonicTime
  ) throws(SessionRefusal) {
    if sessions.count >= limits.maxSessions { expire(now: now) }
    guard sessions.count < limits.maxSessions else { throw .tooManySessions }
    guard countOfPrincipal[principal, default: 0] < limits.maxSessionsPerPrincipal else {
      throw .tooManySessionsOfPrincipal
    }
    assert(sessions[id] == nil, "session ids are random and long")
    sessions[id] = Session(
      principal: principal, client: client, lastUsed: now, toldOfChange: change)
    countOfPrincipal[principal, default: 0] += 1
  }

  /// Finds a session of this principal and marks it used.
  mutating func use(_ id: String, as principal: String, now: MonotonicTime)
    throws(SessionRefusal) -> ClientDescription
  {
    let place = try place(of: id, as: principal)
    sessions.values[place].lastUsed = now
    return sessions.values[place].client
  }

  /// A request starts being served in a session. `number` is unique to the call.
  mutating func begin(
    _ request: RequestID, number: UInt64, call: Call, in id: String, as principal: String,
    now: MonotonicTime
  ) throws(SessionRefusal) -> ClientDescription {
    let place = try place(of: id, as: principal)
    guard sessions.values[place].calls[request] == nil else { throw .requestIDInUse }
    guard sessions.values[place].calls.count < limits.maxCallsPerSession else {
      throw .tooManyCalls
    }
    sessions.values[place].calls[request] = (number, call)
    sessions.values[place].lastUsed = now
    return sessions.values[place].client
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

  /// A server stream opens. Returns whether the session missed a change of the tools list.
  mutating func openStream(
    _ number: UInt64, stream: Stream, in id: String, as principal: String, change: UInt64,
    now: MonotonicTime
  ) throws(SessionRefusal) -> Bool {
    let place = try place(of: id, as: principal)
    guard sessions.values[place].streams.count < limits.maxStreamsPerSession else {
      throw .tooManyStreams
    }
    sessions.values[place].streams[number] = stream
    sessions.values[place].lastUsed = now
    return claim(change: change, in: id)
  }

  mutating func closeStream(_ number: UInt64, in id: String, now: MonotonicTime) {
    sessions[id]?.streams[number] = nil
    sessions[id]?.lastUsed = now
  }

  /// A message goes to exactly one stream of a session: the first to claim the change tells it.
  mutating func claim(change: UInt64, in id: String) -> Bool {
    guard let session = sessions[id], session.toldOfChange < change else { return false }
    sessions[id]?.toldOfChange = change
    return true
  }

  /// DELETE: the session is over.
  mutating func close(_ id: String, as principal: String) throws(SessionRefusal) -> Ended {
    let session = sessions.values[try place(of: id, as: principal)]
    remove(id, session)
    return Ended(
      calls: session.calls.values.map(\.call), streams: Array(session.streams.values))
  }

  /// Forgets the sessions that were idle for too long.
  mutating func expire(now: MonotonicTime) {
    for (id, session) in sessions
    where session.isIdle && session.lastUsed + limits.sessionIdleTime <= now {
      remove(id, session)
    }
  }

  private func place(of id: String, as principal: String)
    throws(SessionRefusal) -> Dictionary<String, Session>.Index
  {
    guard let place = sessions.index(forKey: id), sessions.values[place].principal == principal
    else { throw .unknownSession }
    return place
  }

  private mutating func remove(_ id: String, _ session: Session) {
    sessions[id] = nil
    guard let count = countOfPrincipal[session.principal] else { return }
    countOfPrincipal[session.principal] = count > 1 ? count - 1 : nil
  }
}
