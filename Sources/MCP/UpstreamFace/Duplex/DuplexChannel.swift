import Reactor

/// Carries messages to a server and from it. Confined to its loop.
protocol DuplexChannel: AnyObject, Sendable {
  var startedAt: MonotonicTime { get }
  /// The server's process, where it is one of ours.
  var pid: Int32? { get }
  /// Taken by `send` and not by the server yet.
  var unsentBytes: Int { get }

  /// Begins; once, before anything else.
  func open()
  /// Sends a message, after those before it. `call` is the id of the call that it carries.
  func send(_ message: [UInt8], of call: Int64?)
  /// Stops reading and writing; no event comes after it.
  func close()
  /// Ends what is behind it.
  func end(grace: Duration) async
  /// The reason of an end with what else is known of it.
  func lastWords(after reason: String) -> String
}

/// What a channel tells. Confined to its loop.
struct DuplexEvents {
  /// Messages can be sent.
  let opened: () -> Void
  /// One message.
  let received: ([UInt8]) -> Void
  /// The server has refused a call unread, or never got it.
  let undelivered: (Int64, UpstreamError) -> Void
  /// What a process writes to people.
  let diagnosed: (String) -> Void
  /// Nothing comes any more.
  let ended: (String) -> Void
}
