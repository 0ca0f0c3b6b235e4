import JSON
import MCP
import Synchronization

/// What an upstream tells while it serves a call, written anew in the client's own terms: progress
/// under the client's token, log messages from the level that the client asked for.
final class CallNotices: Sendable {
  private let notifier: ClientNotifier
  private let token: JSONNode?
  private let level: LogLevel?
  /// What a logger's name is preceded by; empty where nothing is rewritten.
  private let loggerPrefix: String
  private let state = Mutex(State())

  private struct State {
    var hasEnded = false
    var progress = -Double.infinity
  }

  /// Nil when the client wants to be told nothing.
  init?(for request: MCPRequest, from server: String, to notifier: ClientNotifier) {
    token = request.progressToken
    level = request.logLevel
    guard token != nil || level != nil else { return nil }
    self.notifier = notifier
    if case .server = request.endpoint { loggerPrefix = "" } else { loggerPrefix = "\(server)/" }
  }

  /// Where the upstream's notices go.
  var sink: NoticeSink { { self.take($0) } }

  /// Nothing is told after this.
  func end() { state.withLock { $0.hasEnded = true } }

  private func take(_ notice: UpstreamNotice) {
    guard let notification = notification(notice) else { return }
    // Sent with the lock held, so that nothing is sent after the end.
    state.withLock { state in
      guard !state.hasEnded else { return }
      if let progress = notification.progress {
        guard progress > state.progress else { return }
        state.progress = progress
      }
      notifier.send(notification.text)
    }
  }

  private func notification(_ notice: UpstreamNotice) -> (text: [UInt8], progress: Double?)? {
    switch notice {
    case .progress(let params):
      guard let token, let progress = params[member: "progress"]?.double else { return nil }
      let text = Self.write("notifications/progress", params, leavingOut: "progressToken") {
        $0.name(MetaKey.progressToken)
        $0.raw(token.raw)
      }
      return (text, progress)
    case .message(let params):
      guard let level, let given = params[member: "level"]?.string.flatMap(LogLevel.init),
        given >= level, params[member: "data"] != nil
      else { return nil }
      let logger = params[member: "logger"]?.string
      let text = Self.write("notifications/message", params, leavingOut: "logger") {
        if let name = loggerPrefix.isEmpty ? logger : loggerPrefix + (logger ?? "") {
          $0.name("logger")
          $0.string(name)
        }
      }
      return (text, nil)
    }
  }

  private static func write(
    _ method: String, _ params: JSONNode, leavingOut member: StaticString,
    adding add: (inout JSONWriter) -> Void
  ) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 128 + params.raw.count)
    writer.beginObject()
    writer.name("jsonrpc")
    writer.string("2.0")
    writer.name("method")
    writer.string(method)
    writer.name("params")
    writer.beginObject()
    add(&writer)
    writer.members(of: params) { !$0.equals(member) && !$0.equals("_meta") }
    writer.endObject()
    writer.endObject()
    return writer.bytes
  }
}
