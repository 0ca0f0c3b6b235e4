extension Configuration {
  /// One MCP server behind the gateway. Two equal values mean that nothing changed; as long as
  /// `transport` is equal, a running connection or process can stay.
  public struct Upstream: Sendable, Equatable {
    /// The name: `[A-Za-z0-9_-]{1,32}`, without `__` and with no `_` at its end, so that the first
    /// `__` of a tool's public name is where the server's name ends.
    public var name: String
    /// How it is reached.
    public var transport: Transport
    /// False when the file says `disabled: true` or `enabled: false`.
    public var isEnabled: Bool
    /// What the file says the server's tools do; nil when it says nothing.
    public var declaredEffect: Effect?
    /// What the file says about single tools, by the upstream's own tool name.
    public var tools: [String: Tool]
    /// When set, only these tools exist for agents.
    public var enabledTools: Set<String>?
    /// These tools do not exist for agents.
    public var disabledTools: Set<String>
    /// How long a call may take; nil means `limits.tool_timeout`.
    public var timeout: Duration?
    /// How many calls may be under way; nil means `limits.in_flight_per_upstream`.
    public var maxInFlight: Int?
    /// How often it may be called; nil for no bound.
    public var rate: Rate?
    /// Whether what the server calls `public` is kept for all principals (`public_cache`).
    public var keepsPublic: Bool
    /// Which pages of it are shown, and with whom they may speak (`pages`).
    public var pages: Pages = .approved
    /// Where it is said that there is such a server.
    public var origin: Origin
    /// Whether agents see nothing of it that nobody has approved (`quarantine`).
    public var isQuarantined: Bool
    /// Which changes are accepted without asking anybody (`accept`).
    public var accepts: Set<Acceptance>

    /// Makes an upstream.
    public init(
      name: String, transport: Transport, isEnabled: Bool = true, declaredEffect: Effect? = nil,
      tools: [String: Tool] = [:], enabledTools: Set<String>? = nil,
      disabledTools: Set<String> = [], timeout: Duration? = nil, maxInFlight: Int? = nil,
      keepsPublic: Bool = false, isQuarantined: Bool = true, accepts: Set<Acceptance> = [],
      origin: Origin = .file
    ) {
      self.name = name
      self.transport = transport
      self.isEnabled = isEnabled
      self.declaredEffect = declaredEffect
      self.tools = tools
      self.enabledTools = enabledTools
      self.disabledTools = disabledTools
      self.timeout = timeout
      self.maxInFlight = maxInFlight
      self.keepsPublic = keepsPublic
      self.isQuarantined = isQuarantined
      self.accepts = accepts
      self.origin = origin
    }

    /// Where it is said that there is a server.
    public enum Origin: String, Sendable, CaseIterable {
      /// In the configuration file.
      case file
      /// In the store: it was added while the gateway ran.
      case store
    }

    /// The effect to assume for a tool: its own, the server's, else `destructive`.
    public func effect(ofTool tool: String) -> Effect {
      declaredEffect(ofTool: tool) ?? .destructive
    }

    /// The effect that the file names for a tool or for the server; nil when it names none.
    public func declaredEffect(ofTool tool: String) -> Effect? {
      tools[tool]?.effect ?? declaredEffect
    }

    /// How long a call of `tool` may take, if the file says so for the tool or the server.
    public func timeout(ofTool tool: String) -> Duration? {
      tools[tool]?.timeout ?? timeout
    }

    /// Whether the file leaves `tool` to agents at all. Policies still decide on each call.
    public func offers(tool: String) -> Bool {
      if disabledTools.contains(tool) { return false }
      return enabledTools?.contains(tool) ?? true
    }
  }

  /// Pages that a server shows in clients (MCP Apps): what they load and whom they call goes past
  /// the gateway.
  public enum Pages: Sendable, Equatable {
    /// With whom they were approved; those of a server that is not quarantined with everybody.
    case approved
    /// With these hosts alone: a name, or `*.` and a name for all below it; lowercase.
    case hosts([String])
    /// None is shown.
    case denied
  }

  /// How often something may happen.
  public struct Rate: Sendable, Equatable {
    /// So often on average in each `period`, and at once.
    public var calls: Int
    /// The span.
    public var period: Duration

    /// Makes a rate.
    public init(calls: Int, period: Duration) {
      self.calls = calls
      self.period = period
    }
  }

  /// What a tool does to the world.
  public enum Effect: String, Sendable, CaseIterable {
    /// Changes nothing.
    case read
    /// Changes something that can be changed back.
    case write
    /// May lose something. Assumed when nothing is said.
    case destructive
    /// Tells people or systems elsewhere something, which cannot be taken back.
    case egress
    /// Changes who may do what.
    case admin
  }

  /// Changes of what a server lists that can be accepted without asking anybody.
  public enum Acceptance: String, Sendable, CaseIterable {
    /// Only titles and descriptions are others, nothing suspicious came with them, and a tool does
    /// not seem to do more.
    case descriptions
  }

  /// What the file says about one tool.
  public struct Tool: Sendable, Equatable {
    /// The effect of this tool.
    public var effect: Effect?
    /// How long a call of this tool may take.
    public var timeout: Duration?
    /// What a call of this tool costs, in units of quotas; nil for 1.
    public var cost: Int?

    /// Makes a statement about a tool.
    public init(effect: Effect? = nil, timeout: Duration? = nil, cost: Int? = nil) {
      self.effect = effect
      self.timeout = timeout
      self.cost = cost
    }
  }

  /// How an upstream is reached.
  public enum Transport: Sendable, Equatable {
    /// A child process that speaks on its standard input and output.
    case stdio(ChildProcess)
    /// Streamable HTTP; HTTP+SSE where the server has nothing else.
    case http(Endpoint)
    /// HTTP+SSE, the transport of 2024-11-05.
    case sse(Endpoint)
  }

  /// The program of a stdio upstream.
  public struct ChildProcess: Sendable, Equatable {
    /// A path, or a name to look up in `PATH`. A path with a slash has been made absolute.
    public var command: ExpandedString
    /// Arguments after the program's name.
    public var arguments: [ExpandedString]
    /// Variables on top of those every child gets; `env` wins over `envFile`.
    public var environment: [String: SecretString]
    /// The directory to start in; nil means the gateway's own.
    public var workingDirectory: String?

    /// Makes a program to start.
    public init(
      command: ExpandedString, arguments: [ExpandedString] = [],
      environment: [String: SecretString] = [:], workingDirectory: String? = nil
    ) {
      self.command = command
      self.arguments = arguments
      self.environment = environment
      self.workingDirectory = workingDirectory
    }
  }

  /// The endpoint of an HTTP upstream.
  public struct Endpoint: Sendable, Equatable {
    /// An absolute `http` or `https` URL.
    public var url: ExpandedString
    /// Headers for every request, in the file's order, names as written and without duplicates.
    public var headers: [Header]
    /// Whether the server's certificate is checked (`tls_verify`).
    public var verifiesCertificate: Bool
    /// A PEM file of authorities to trust instead of the system's (`ca`).
    public var certificateAuthorities: String?

    /// Makes an endpoint.
    public init(
      url: ExpandedString, headers: [Header] = [], verifiesCertificate: Bool = true,
      certificateAuthorities: String? = nil
    ) {
      self.url = url
      self.headers = headers
      self.verifiesCertificate = verifiesCertificate
      self.certificateAuthorities = certificateAuthorities
    }
  }

  /// One header of an HTTP upstream.
  public struct Header: Sendable, Equatable {
    /// The field name, as written.
    public var name: String
    /// The field value; often a credential.
    public var value: SecretString

    /// Makes a header.
    public init(name: String, value: SecretString) {
      self.name = name
      self.value = value
    }
  }
}
