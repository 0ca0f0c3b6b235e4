/// Everything `sallyport.yaml` says, checked and with its defaults filled in. Immutable: a reload
/// makes a new value and compares it with the old one.
///
/// What `load` reads has absolute paths only.
public struct Configuration: Sendable, Equatable {
  /// The file this was read from, as it was named.
  public var file: String
  /// Where clients connect (`listen`).
  public var listen: ListenAddress
  /// Certificate and key for `listen` (`tls`); nil means plain HTTP.
  public var tls: TLS?
  /// How many event loops to run (`loops`); nil means one per core.
  public var loops: Int?
  /// Where the ledger and the admin socket live (`data`).
  public var dataDirectory: String
  /// The directory of `*.cedar` files (`policies`).
  public var policyDirectory: String
  /// Further accepted `Host` names (`public_names`), lower case, without port.
  public var publicNames: [String]
  /// Accepted `Origin` values (`allowed_origins`): scheme, host and port, lower case.
  public var allowedOrigins: [String]
  /// The proxies in front of the gateway (`trusted_proxies`); nil when there are none.
  public var trustedProxies: TrustedProxies?
  /// The agents that may connect over HTTP (`agents`), in the file's order.
  public var agents: [Agent]
  /// The URL by which clients reach this gateway (`resource`), without a slash at its end; nil when
  /// there are no issuers.
  public var resource: String?
  /// The authorization servers whose tokens agents may show (`issuers`), in the file's order.
  public var issuers: [Issuer]
  /// Who `sallyport stdio` acts as (`local`).
  public var local: LocalIdentity
  /// Who an HTTP client without a token acts as (`anonymous`); nil means that there is none. Only
  /// with a loopback `listen`.
  public var anonymous: LocalIdentity?
  /// A label such as `production` that policies can read (`environment`).
  public var environment: String?
  /// The MCP servers behind the gateway (`mcpServers`), in the file's order, disabled ones too.
  public var upstreams: [Upstream]
  /// What the file says is known of servers (`card` of a server), by their names.
  public var cards: [String: Card] = [:]
  /// Whether servers that do not say so themselves are quarantined (`quarantine`).
  public var quarantine: Bool
  /// Views of the servers at endpoints of their own (`profiles`), in the file's order.
  public var profiles: [Profile]
  /// What callers need at every endpoint (`require`).
  public var requirement: Requirement
  /// What `/mcp` lists of the tools there are (`expose`, `favourites`).
  public var exposure: Exposure
  /// How people are asked for approval (`approvals`).
  public var approvals: Approvals
  /// The bounds of the gateway (`limits`).
  public var limits: Limits
  /// How much may pass (`quotas`), in the file's order.
  public var quotas: [Quota]
  /// What the ledger keeps of calls (`audit`).
  public var audit: Audit
  /// How people sign in (`people`).
  public var people = People()
  /// What is logged and how (`log`).
  public var log: Log

  /// The profile called `name`, if there is one.
  public func profile(named name: String) -> Profile? {
    profiles.first { $0.name == name }
  }

  /// The upstream called `name`, if there is one.
  public func upstream(named name: String) -> Upstream? {
    upstreams.first { $0.name == name }
  }
}

extension Configuration {
  /// An address to listen on.
  public struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// A host name or an IP address; an IPv6 address stands here without its brackets.
    public var host: String
    /// 0 lets the system choose.
    public var port: UInt16

    /// Makes an address.
    public init(host: String, port: UInt16) {
      self.host = host
      self.port = port
    }

    /// Whether only this machine can reach the address.
    public var isLoopback: Bool {
      if host == "localhost" || host == "::1" { return true }
      let octets = host.split(separator: ".", omittingEmptySubsequences: false)
      return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
    }

    /// `host:port`, with brackets around an IPv6 address.
    public var description: String {
      host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }

  /// PEM files for the listener.
  public struct TLS: Sendable, Equatable {
    /// The certificate chain.
    public var certificate: String
    /// The private key.
    public var key: String
    /// The authorities of clients' certificates (`client_certificates`); nil asks for none.
    public var clientAuthorities: String?

    /// Names the files.
    public init(certificate: String, key: String, clientAuthorities: String? = nil) {
      self.certificate = certificate
      self.key = key
      self.clientAuthorities = clientAuthorities
    }
  }

  /// Proxies whose word on where a request came from is taken.
  public struct TrustedProxies: Sendable, Equatable {
    /// Their IP addresses, with or without the length of a prefix.
    public var addresses: [String]
    /// The field in which they say so.
    public var field: Field

    /// The fields there are.
    public enum Field: String, Sendable, CaseIterable {
      /// `X-Forwarded-For`.
      case xForwardedFor = "x-forwarded-for"
      /// `Forwarded` (RFC 7239).
      case forwarded
    }

    /// The proxies at these addresses.
    public init(addresses: [String], field: Field = .xForwardedFor) {
      self.addresses = addresses
      self.field = field
    }
  }

  /// What is logged, and in which form.
  public struct Log: Sendable, Equatable {
    /// The least severe level that is logged.
    public var level: Level = .info
    /// The form of a line.
    public var format: Format = .auto

    /// The defaults.
    public init() {}

    /// Severities, the most talkative first.
    public enum Level: String, Sendable, CaseIterable {
      /// Everything, message by message.
      case trace
      /// What a developer of the gateway needs.
      case debug
      /// Lifecycle.
      case info
      /// Something may need attention.
      case warning
      /// Someone must act.
      case error
    }

    /// Forms of a log line.
    public enum Format: String, Sendable, CaseIterable {
      /// Text on a terminal, JSON elsewhere.
      case auto
      /// For people.
      case text
      /// One JSON object a line.
      case json
    }
  }
}
