import HTTP
import Synchronization

/// What is known of a server while it stays the same: who it is, and what its requests have in
/// common; in the session era one session. A class, so that a call holds all of it by one
/// reference.
final class HTTPLink: Sendable {
  let peer: UpstreamPeer
  let template: HTTPRequestTemplate
  let isStateless: Bool
  /// No other link of the upstream has this number.
  let number: Int
  /// What the session was told that its client can be asked.
  let capabilities: ClientCapabilities
  private let logs = Mutex(LogThreshold())

  init(
    peer: UpstreamPeer, template: HTTPRequestTemplate, number: Int,
    capabilities: ClientCapabilities = .none
  ) {
    self.peer = peer
    self.template = template
    self.number = number
    self.capabilities = capabilities
    isStateless = peer.version.era == .stateless
  }

  var isInSession: Bool { !isStateless && peer.sessionID != nil }
  var isAskable: Bool { !capabilities.isEmpty }

  /// The level to set before a call that wants messages from `wanted` on.
  func lowerLogs(to wanted: LogLevel?) -> LogLevel? {
    guard wanted != nil, !isStateless else { return nil }
    return logs.withLock { $0.lower(to: wanted, of: peer.capabilities) }
  }
}
