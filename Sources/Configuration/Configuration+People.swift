extension Configuration {
  /// How people sign in.
  public struct People: Sendable, Equatable {
    /// The URL by which people reach this gateway's console: scheme, host and port; nil means that
    /// of `resource`, and on loopback and over the gateway's own TLS the one that the browser uses.
    public var url: String?
    /// How long sessions last without use, in seconds.
    public var sessionIdle: Int64 = 1800
    /// How long sessions last in all, in seconds.
    public var sessionAbsolute: Int64 = 43_200

    /// The issuer by which people sign in besides; nil for none.
    public var openID: OpenID?

    /// The defaults.
    public init() {}
  }
}
