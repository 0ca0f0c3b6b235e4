/// The bounds of a client face. Everything a client can make grow has one.
public struct ClientFaceLimits: Sendable {
  /// Bytes of one message from a client: a POST body or a stdio line.
  public var maxMessageBytes = 10 << 20
  /// Calls being served at a time, per face (one face per loop).
  public var maxCalls = 4096
  /// Calls being served at a time in one session.
  public var maxCallsPerSession = 256
  /// Sessions of the session era, in the whole process.
  public var maxSessions = 10_000
  /// Sessions of one principal.
  public var maxSessionsPerPrincipal = 1_000
  /// Open event streams per face above which GET and `subscriptions/listen` are refused.
  public var maxStreams = 4096
  /// Open server streams of one session.
  public var maxStreamsPerSession = 4
  /// A session without a call or a stream for this long is over.
  public var sessionIdleTime: Duration = .seconds(30 * 60)
  /// After this long an unanswered call turns into an event stream, and a quiet stream gets a
  /// comment, so that nothing on the way takes the connection for dead.
  public var keepAliveInterval: Duration = .seconds(15)
  /// Unsent bytes above which notifications to that client are dropped. Answers never are.
  public var maxNotificationBacklogBytes = 256 << 10
  /// Unsent stdio bytes above which no further input is read.
  public var stdioHighWaterBytes = 1 << 20
  /// Resources, and tasks, that one subscription may name.
  public var maxSubscribedNames = 1_000
  /// Resources that one session may be subscribed to.
  public var maxResourcesPerSession = 1_000
  /// Tasks whose states one session is told of at a time; those of others it asks for.
  public var maxTasksPerSession = 64
  /// Messages of one batch (2025-03-26 alone has them).
  public var maxBatchMessages = 100
  /// Bytes of the answers to a batch, which wait for each other; what comes beyond becomes an
  /// error.
  public var maxBatchAnswerBytes = 64 << 20
  /// How long a client of a session may take to answer what it is asked; a person may be behind it.
  public var inputTime: Duration = .seconds(10 * 60)
  /// Bytes of declared client capabilities that are kept; larger ones count as none.
  public var maxCapabilitiesBytes = 8 << 10

  /// Bytes of events of one session that are kept to be sent again after a reconnection. Above it
  /// the oldest that were sent go first, then the oldest of streams without a connection.
  public var maxReplayBytesPerSession = 256 << 10
  /// The same for all sessions of the process. Above it, what was sent is not kept.
  public var maxReplayBytes = 128 << 20
  /// How long events are kept, and a stream without a connection.
  public var replayTime: Duration = .seconds(5 * 60)
  /// Unsent bytes of a session over HTTP+SSE above which it is sent nothing new to do.
  public var maxEventsBacklogBytes = 4 << 20
  /// Requests to one session's client that wait for its answer.
  public var maxQuestions = 64
  /// Bytes of the `params` of such a request.
  public var maxQuestionBytes = 1 << 20

  /// The defaults named at each member.
  public init() {}
}
