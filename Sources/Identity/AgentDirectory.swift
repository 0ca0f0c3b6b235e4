public import Configuration
public import Crypto

/// Who may connect, and as whom. Immutable; a reload makes a new one.
public struct AgentDirectory: Sendable {
  /// Tokens are kept and looked up as digests: neither a log nor the time a look-up takes can
  /// tell anything of a token.
  private let byTokenDigest: [SHA256Digest: Principal]
  /// Whom the user who runs the gateway acts as over stdio and the admin socket.
  public let local: Principal
  /// Whom an HTTP client without a token acts as; nil when it may not come in.
  public let anonymous: Principal?
  /// The Unix user whose processes are `local`.
  public let localUser: UInt32

  /// Every configured agent, in the file's order.
  public let agents: [Principal]

  /// - Parameter localUser: the user that runs the gateway.
  public init(_ configuration: Configuration, localUser: UInt32) {
    var byTokenDigest: [SHA256Digest: Principal] = [:]
    var agents: [Principal] = []
    for agent in configuration.agents {
      let digest = SHA256.hash(utf8: agent.token.reveal())
      let principal = Principal(
        agent: agent.name, human: agent.human, roles: agent.roles, tenant: agent.tenant,
        credential: String(digest.hex.prefix(16)))
      agents.append(principal)
      byTokenDigest[digest] = principal
    }
    self.byTokenDigest = byTokenDigest
    self.agents = agents
    self.localUser = localUser
    local = Principal(
      agent: configuration.local.agent, human: configuration.local.human,
      roles: configuration.local.roles, tenant: configuration.local.tenant)
    anonymous = configuration.anonymous.map {
      Principal(agent: $0.agent, human: $0.human, roles: $0.roles, tenant: $0.tenant)
    }
  }

  /// Everyone who may connect: the agents, who acts locally, and who shows no token.
  public var known: [Principal] { agents + [local] + (anonymous.map { [$0] } ?? []) }

  /// The principal behind a bearer token, or nil.
  public func principal(bearer token: String) -> Principal? {
    principal(bearer: SHA256.hash(utf8: token))
  }

  /// The principal behind the digest of a bearer token, or nil.
  public func principal(bearer digest: SHA256Digest) -> Principal? { byTokenDigest[digest] }

  /// The principal behind a process of this host, or nil when another user runs it.
  public func principal(localUser user: UInt32) -> Principal? {
    user == localUser || user == 0 ? local : nil
  }
}
