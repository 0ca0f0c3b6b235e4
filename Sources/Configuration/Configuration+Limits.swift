extension Configuration {
  /// The bounds of the gateway. What comes beyond a bound is refused, never queued without end.
  public struct Limits: Sendable, Equatable {
    /// Bytes of a request body (`body`).
    public var bodyBytes = 10_000_000
    /// Bytes of a request's header (`header`).
    public var headerBytes = 16 * 1024
    /// Client connections at a time (`connections`).
    public var connections = 10_000
    /// Client sessions at a time (`sessions`).
    public var sessions = 10_000
    /// Calls under way to one upstream (`in_flight_per_upstream`).
    public var inFlightPerUpstream = 256
    /// Calls under way for one agent (`in_flight_per_agent`).
    public var inFlightPerAgent = 128
    /// How long a call may take (`tool_timeout`).
    public var toolTimeout: Duration = .seconds(60)
    /// For how long clients may keep a list at least (`list_ttl`).
    public var listTTL: Duration = .zero
    /// After how long a list of an upstream is read again, whatever it says (`list_max_age`).
    public var listMaxAge: Duration = .seconds(300)
    /// Bytes of a result (`result`).
    public var resultBytes = 50_000_000
    /// How long calls may finish in when the gateway stops (`shutdown`).
    public var shutdown: Duration = .seconds(10)

    /// The defaults.
    public init() {}
  }
}

/// The bounds of reading a configuration. A text beyond them is refused with an error.
public enum ConfigurationBounds {
  /// Bytes of the file, and of each file it names.
  public static let fileBytes = 1 << 20
  /// Mappings and sequences inside each other.
  public static let depth = 32
  /// Scalars, sequences and mappings together.
  public static let nodes = 50_000
  /// Errors that are reported; the rest is counted.
  public static let problems = 50
  /// Bytes of a text after `${VAR}` was replaced in it.
  public static let expandedBytes = 128 * 1024
}
