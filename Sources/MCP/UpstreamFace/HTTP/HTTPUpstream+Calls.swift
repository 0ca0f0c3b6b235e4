import JSON
import Synchronization

/// What becomes of a call in a session, and of one that failed.
extension HTTPUpstream {
  @inline(never)
  func callInSession(
    _ request: UpstreamRequest, id: Int64, over link: HTTPLink, notices: NoticeSink?
  ) async throws(UpstreamError) -> UpstreamReply {
    if request.mayBeAsked, let state = request.state {
      switch try await resumed(request, state, notices) {
      case .reply(let reply): return reply
      case .anew: break
      case .unknown: return .unknownState
      }
    }
    // Without a session a server could not tell whose answer it gets.
    let capabilities = link.isInSession ? request.sessionCapabilities : .none
    guard capabilities.isEmpty else {
      return try await callAskable(request, capabilities, notices)
    }
    do {
      return try await exchange(request, id: id, over: link, notices: notices)
    } catch {
      return try await recovered(from: error, request, over: link, notices: notices)
    }
  }

  /// A call of a client with sessions to a stateless server that may open sessions too: there it is
  /// asked as it can answer. Nil when the server opens none, or nothing can be asked; then nothing
  /// was sent.
  @inline(never)
  func callInClientsEra(
    _ request: UpstreamRequest, over link: HTTPLink, _ notices: NoticeSink?
  ) async throws(UpstreamError) -> UpstreamReply? {
    let capabilities = request.sessionCapabilities
    guard !capabilities.isEmpty else { return nil }
    if let state = request.state {
      switch try await resumed(request, state, notices) {
      case .reply(let reply): return reply
      case .anew: break
      case .unknown: return nil
      }
    }
    guard shared.withLock({ $0.statelessOnly != link.number }) else { return nil }
    do {
      return try await callAskable(request, capabilities, notices)
    } catch .unavailable {
      shared.withLock { $0.statelessOnly = link.number }
      return nil
    } catch {
      throw error
    }
  }

  /// What the server has not looked at, or what changes nothing, is sent once more.
  @inline(never)
  func recovered(
    from error: ExchangeError, _ request: UpstreamRequest, over link: HTTPLink,
    notices: NoticeSink?
  ) async throws(UpstreamError) -> UpstreamReply {
    if Task.isCancelled { throw .cancelled }
    let next: HTTPLink
    if case .sessionEnded = error {
      doubt(link, because: Self.sessionEnded)
      next = try await reconnected(after: link)
    } else if error.isLoss, request.isSafeToRepeat {
      next = link
    } else {
      throw explained(error)
    }
    return try await again(request, over: next, notices)
  }

  /// A stateless server refused a request before it looked at it.
  @inline(never)
  func recovered(
    from refusal: StatelessError, _ reply: UpstreamReply, _ request: UpstreamRequest,
    _ link: HTTPLink, _ notices: NoticeSink?
  ) async throws(UpstreamError) -> UpstreamReply {
    switch refusal {
    case .headerMismatch:
      // Which arguments belong into headers is said by the schema that we know of the tool.
      tell(.listChanged(.tools))
      return reply
    case .unsupportedVersion:
      doubt(link, because: "it does not speak \(link.peer.version) any more")
      return try await again(request, over: try await reconnected(after: link), notices)
    }
  }

  private func again(
    _ request: UpstreamRequest, over link: HTTPLink, _ notices: NoticeSink?
  ) async throws(UpstreamError) -> UpstreamReply {
    do {
      return try await exchange(request, id: mintID(), over: link, notices: notices)
    } catch {
      throw explained(error)
    }
  }
}

/// Errors by which a stateless server says that it read a request otherwise than we meant it
/// (MCP 2026-07-28, basic/index).
enum StatelessError {
  case headerMismatch
  case unsupportedVersion

  /// Nil for any other error.
  init?(_ error: JSONNode) {
    switch error[member: "code"]?.int64 {
    case Int64(JSONRPCError.Code.headerMismatch): self = .headerMismatch
    case Int64(JSONRPCError.Code.unsupportedProtocolVersion):
      let supported = error[member: "data"]?[member: "supported"]
      guard let supported, supported.kind == .array,
        !supported.elements.contains(where: { $0.equals("2026-07-28") }),
        supported.elements.contains(where: { $0.string.flatMap(ProtocolVersion.init(_:)) != nil })
      else { return nil }
      self = .unsupportedVersion
    default: return nil
    }
  }
}
