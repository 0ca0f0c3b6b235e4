public import Catalog
import Cedar
public import Configuration
import Crypto
public import Identity
import MCP

/// What every loop reads to serve a call: immutable, replaced as a whole.
public final class GateSnapshot: Sendable {
  /// The tools there are.
  public let catalog: CatalogSnapshot
  /// Who may connect.
  public let directory: AgentDirectory
  /// Whose tokens are taken besides; nil when no issuer is configured.
  public let authority: TokenAuthority?
  /// The tokens that this gateway made; nil when it makes none.
  public let agentTokens: AgentTokens?
  /// The authority as clients are told of it.
  let protectedResource: ProtectedResource?
  /// Who may do what.
  public let policies: Policies
  let decider: PolicyDecider
  private let configuration: Configuration
  let inFlightPerAgent: Int
  /// How much may pass.
  let quotas: QuotaRules
  /// What is kept of payloads.
  let keeping: PayloadKeeping
  /// What policies see as the environment.
  let environment: String?
  /// What clients may keep a list for at least.
  let listTTL: Duration
  /// How people are asked.
  let approvalTerms: Configuration.Approvals
  /// Where people answer, without a slash at its end; nil where that is not known.
  let consoleURL: String?
  private let everything: EndpointView
  private let profiles: [String: EndpointView]
  private let servers: [String: EndpointView]
  /// Whether some endpoint requires something of callers.
  let hasRequirements: Bool
  private let requirements: [String: Configuration.Requirement]

  /// - Throws: when the catalog and the policies' vocabulary contradict each other.
  public init(
    catalog: CatalogSnapshot, directory: AgentDirectory, authority: TokenAuthority? = nil,
    agentTokens: AgentTokens? = nil, policies: Policies, configuration: Configuration
  ) throws(GateSnapshotError) {
    self.catalog = catalog
    self.directory = directory
    self.authority = authority
    self.agentTokens = agentTokens
    protectedResource = authority.map {
      ProtectedResource($0, takesCertificates: configuration.tls?.clientAuthorities != nil)
    }
    requirements = Dictionary(
      configuration.profiles.lazy.filter { !$0.requirement.isEmpty }
        .map { ($0.name, $0.requirement) }, uniquingKeysWith: { first, _ in first })
    hasRequirements = !configuration.requirement.isEmpty || !requirements.isEmpty
    self.policies = policies
    self.configuration = configuration
    do {
      decider = try PolicyDecider(
        policies: policies, catalog: catalog, environment: configuration.environment)
    } catch {
      throw GateSnapshotError(reason: error.description)
    }
    keeping = PayloadKeeping(configuration.audit)
    environment = configuration.environment
    inFlightPerAgent = configuration.limits.inFlightPerAgent
    quotas = QuotaRules(configuration)
    listTTL = configuration.limits.listTTL
    approvalTerms = configuration.approvals
    consoleURL = configuration.consoleURL
    everything = EndpointView(catalog, exposure: configuration.exposure)
    profiles = Dictionary(
      configuration.profiles.map { ($0.name, EndpointView($0, of: catalog)) },
      uniquingKeysWith: { first, _ in first })
    servers = Dictionary(
      catalog.servers.lazy.filter(\.isThere).map {
        ($0.name, EndpointView($0, of: catalog))
      }, uniquingKeysWith: { first, _ in first })
  }

  /// The version of the policies that approvals are bound to: grants come and go.
  var boundPolicyVersion: String { policies.filesVersion }

  /// Whether every caller is shown and allowed the same under both, as far as can be told at once.
  func showsTheSame(as other: GateSnapshot) -> Bool {
    policies.version == other.policies.version && configuration == other.configuration
      && decider.entitiesVersion == other.decider.entitiesVersion
      && ListKind.allCases.allSatisfy { catalog.digest(of: $0) == other.catalog.digest(of: $0) }
  }

  /// Whether some endpoint has the meta-tools.
  var hasMetaTools: Bool {
    everything.hasMetaTools || profiles.values.contains(where: \.hasMetaTools)
  }

  func hasProfile(_ name: String) -> Bool { profiles[name] != nil }

  /// What a caller lacks of what an endpoint requires; nil for nothing.
  func shortfall(of caller: Caller, at endpoint: Endpoint) -> Shortfall? {
    guard hasRequirements else { return nil }
    let now = Gate.now
    if let found = Shortfall(of: caller.principal, for: configuration.requirement, at: now) {
      return found
    }
    guard let requirement = endpoint.profile.flatMap({ requirements[$0] }) else { return nil }
    return Shortfall(of: caller.principal, for: requirement, at: now)
  }

  /// What a caller is shown at an endpoint; nil when there is no such endpoint for it.
  func view(at endpoint: Endpoint, for caller: Caller) -> EndpointView? {
    switch endpoint {
    case .everything: return everything
    case .profile(let name):
      return profiles[name].flatMap {
        $0.admits(agent: caller.principal.agent) ? $0 : nil
      }
    case .server(let name): return servers[name]
    }
  }
}

extension GateSnapshot {
  /// The Cedar schema of its tools. Made when it is asked for, which takes time.
  public var policySchema: PolicySchema {
    PolicySchema(catalog: catalog, configuration: configuration)
  }
}

/// Why a snapshot cannot be made; the one in force stays.
public struct GateSnapshotError: Error, Sendable {
  /// What contradicts what.
  public let reason: String
}

extension ProtectedResource {
  init(_ authority: TokenAuthority, takesCertificates: Bool) {
    var scopes: [String] = []
    for scope in authority.issuers.flatMap(\.scopes) where !scopes.contains(scope) {
      scopes.append(scope)
    }
    self.init(
      url: authority.resource, authorizationServers: authority.issuers.map(\.issuer),
      scopes: scopes, proofAlgorithms: SignatureAlgorithm.allCases.map(\.rawValue),
      requiresProof: authority.issuers.allSatisfy {
        $0.proof == .dpop || $0.proof == .required && !takesCertificates
      }, takesCertificates: takesCertificates)
  }
}
