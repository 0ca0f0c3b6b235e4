import HTTP

/// What is known of a server while it stays the same: who it is, and what its requests have in
/// common. A class, so that a call holds all of it by one reference.
final class HTTPLink: Sendable {
  let peer: UpstreamPeer
  let template: HTTPRequestTemplate
  let isStateless: Bool

  init(peer: UpstreamPeer, template: HTTPRequestTemplate) {
    self.peer = peer
    self.template = template
    isStateless = peer.version.era == .stateless
  }
}
