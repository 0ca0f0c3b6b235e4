import MCP

/// An upstream that is never called.
final class SilentUpstream: Upstream {
  let name = "notes"
  let status = UpstreamStatus.stopped
  func start(_ observer: @escaping @Sendable (UpstreamEvent) -> Void) {}
  func stop() async {}
  func watch(_ wanted: WatchList, then done: @escaping @Sendable () -> Void) { done() }

  func call(_ request: UpstreamRequest, notices: NoticeSink?) async throws(UpstreamError)
    -> UpstreamReply
  {
    throw .unavailable(reason: "nobody is there")
  }
}
