/// Who asked for what, and by which way: the part that records of one call share.
public struct LedgerCall: Sendable, Equatable {
  /// The call's own identifier, unique in the ledger; the gate gives it.
  public var id: String?
  /// The call this one is a part of.
  public var parent: String?
  /// The call that was answered with questions, of which this one brings the answers; the first
  /// of them, where there were several rounds.
  public var continues: String?
  /// W3C trace context, as it came.
  public var traceparent: String?
  /// The id of the span under which the upstream sees the call, 16 hexadecimal digits.
  public var span: String?
  /// `stateless` or `session`.
  public var era: String?
  /// How the request came in: `http`, `stdio`, `sse`, …
  public var transport: String?
  /// What the client says it is.
  public var client: LedgerClient?
  /// The MCP method.
  public var method: String?
  /// The gateway's own tool through which the tool was called.
  public var through: String?
  /// Who it is, as far as it is known.
  public var principal: LedgerPrincipal?
  /// How the person the agent acts for authenticated, as policies were told.
  public var authentication: LedgerAuthentication?
  /// The IP address the request came from, as policies were told.
  public var origin: String?
  /// The MCP session of a session-era client.
  public var session: String?
  /// The profile that served the request.
  public var profile: String?
  /// The upstream.
  public var server: String?
  /// The tool's name at the upstream.
  public var tool: String?
  /// The prompt's name at the upstream.
  public var prompt: String?
  /// The resource.
  public var resource: LedgerResource?
  /// The digest of the tool's definition as agents are shown it.
  public var toolDigest: String?
  /// The tool's classification: `read`, `write`, `destructive`, `egress`, `admin`.
  public var effect: String?
  /// What the client says of why.
  public var claims: LedgerClaims?

  /// A call of which nothing is known but what is given.
  public init(
    id: String? = nil, parent: String? = nil, continues: String? = nil,
    traceparent: String? = nil, span: String? = nil, era: String? = nil,
    transport: String? = nil, client: LedgerClient? = nil, method: String? = nil,
    through: String? = nil, principal: LedgerPrincipal? = nil,
    authentication: LedgerAuthentication? = nil, origin: String? = nil, session: String? = nil,
    profile: String? = nil, server: String? = nil, tool: String? = nil, prompt: String? = nil,
    resource: LedgerResource? = nil, toolDigest: String? = nil, effect: String? = nil,
    claims: LedgerClaims? = nil
  ) {
    self.id = id
    self.parent = parent
    self.continues = continues
    self.traceparent = traceparent
    self.span = span
    self.era = era
    self.transport = transport
    self.client = client
    self.method = method
    self.through = through
    self.principal = principal
    self.authentication = authentication
    self.origin = origin
    self.session = session
    self.profile = profile
    self.server = server
    self.tool = tool
    self.prompt = prompt
    self.resource = resource
    self.toolDigest = toolDigest
    self.effect = effect
    self.claims = claims
  }
}

/// A resource as policies were told of it.
public struct LedgerResource: Sendable, Equatable {
  /// The URI at the upstream, or the URI template.
  public var uri: String
  /// The name it is listed with.
  public var name: String?
  /// The MIME type it is listed with.
  public var mimeType: String?

  /// A resource.
  public init(uri: String, name: String? = nil, mimeType: String? = nil) {
    self.uri = uri
    self.name = name
    self.mimeType = mimeType
  }

  func encode(into writer: inout RecordWriter) {
    writer.beginObject()
    writer.member("mime_type", mimeType, limit: LedgerLimits.nameBytesMax)
    writer.member("name", name, limit: LedgerLimits.nameBytesMax)
    writer.member("uri", uri, limit: LedgerLimits.uriBytesMax)
    writer.endObject()
  }
}

/// The name and version a client gave. A claim.
public struct LedgerClient: Sendable, Equatable {
  /// For example `claude-code`.
  public var name: String?
  /// For example `2.1.0`.
  public var version: String?

  /// What the client said.
  public init(name: String?, version: String?) {
    self.name = name
    self.version = version
  }

  func encode(into writer: inout RecordWriter) {
    writer.beginObject()
    writer.member("name", name, limit: LedgerLimits.nameBytesMax)
    writer.member("version", version, limit: LedgerLimits.nameBytesMax)
    writer.endObject()
  }
}

/// The effective identity of a call.
public struct LedgerPrincipal: Sendable, Equatable {
  /// The person the agent acts for.
  public var human: String?
  /// The agent.
  public var agent: String?
  /// The tenant both belong to.
  public var tenant: String?
  /// The roles that counted.
  public var roles: [String]
  /// Names the credential that was shown, without telling it.
  public var credential: String?
  /// The issuer that vouches for it; nil for the gateway itself.
  public var issuer: String?
  /// The client id by which the issuer registered the agent.
  public var client: String?
  /// Which of several running copies of the agent it is.
  public var instance: String?
  /// Who acts for the person besides the agent, the present actor first (RFC 8693 §4.1).
  public var actors: [String]
  /// The scopes of an issuer's token.
  public var scopes: [String]
  /// What the credential is bound to: `dpop` or `mtls`.
  public var binding: String?

  /// An identity.
  public init(
    human: String? = nil, agent: String? = nil, tenant: String? = nil, roles: [String] = [],
    credential: String? = nil, issuer: String? = nil, client: String? = nil,
    instance: String? = nil, actors: [String] = [], scopes: [String] = [], binding: String? = nil
  ) {
    self.human = human
    self.agent = agent
    self.tenant = tenant
    self.roles = roles
    self.credential = credential
    self.issuer = issuer
    self.client = client
    self.instance = instance
    self.actors = actors
    self.scopes = scopes
    self.binding = binding
  }

  func encode(into writer: inout RecordWriter) {
    writer.beginObject()
    if !actors.isEmpty {
      writer.member(
        "actors", actors, countMax: LedgerLimits.rolesMax, limit: LedgerLimits.nameBytesMax)
    }
    writer.member("agent", agent, limit: LedgerLimits.nameBytesMax)
    writer.member("binding", binding, limit: LedgerLimits.nameBytesMax)
    writer.member("client", client, limit: LedgerLimits.nameBytesMax)
    writer.member("credential", credential, limit: LedgerLimits.nameBytesMax)
    writer.member("human", human, limit: LedgerLimits.nameBytesMax)
    writer.member("instance", instance, limit: LedgerLimits.nameBytesMax)
    writer.member("issuer", issuer, limit: LedgerLimits.nameBytesMax)
    writer.member(
      "roles", roles, countMax: LedgerLimits.rolesMax, limit: LedgerLimits.nameBytesMax)
    writer.member(
      "scopes", scopes, countMax: LedgerLimits.rolesMax, limit: LedgerLimits.nameBytesMax)
    writer.member("tenant", tenant, limit: LedgerLimits.nameBytesMax)
    writer.endObject()
  }
}
