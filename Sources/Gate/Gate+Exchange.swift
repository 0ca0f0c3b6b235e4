import Catalog
import JSON
import MCP

/// The one way to an upstream: every method that is relayed is forwarded here, after its decision
/// is on record.
extension Gate {
  @inline(never)
  func exchange(
    _ call: Call, about subject: Subject, _ notifier: ClientNotifier
  ) async -> Result<UpstreamReply, UpstreamError> {
    do {
      return .success(
        try await subject.upstream.call(
          request(of: call, about: subject), notices: notices(of: call, to: notifier)))
    } catch {
      return .failure(error)
    }
  }

  /// What is sent upstream for a call.
  @inline(never)
  private func request(of call: Call, about subject: Subject) -> UpstreamRequest {
    UpstreamRequest(
      method: call.request.method, params: call.request.params, target: subject.target,
      edits: subject.edits, wantsProgress: call.request.progressToken != nil,
      timeout: subject.timeout, parameterHeaders: parameterHeaders(of: call, subject),
      principal: call.caller.key)
  }

  private func parameterHeaders(
    of call: Call, _ subject: Subject
  ) -> [(name: String, value: String)] {
    guard case .tool(let tool) = subject, !tool.parameterHeaders.isEmpty else { return [] }
    return tool.parameterHeaders.values(in: call.request.params?[member: "arguments"])
  }

  /// Where what the upstream tells meanwhile goes; nil when the client wants to hear of nothing.
  private func notices(of call: Call, to notifier: ClientNotifier) -> NoticeSink? {
    call.request.progressToken.map { Progress.sink(to: notifier, token: $0) }
  }
}
