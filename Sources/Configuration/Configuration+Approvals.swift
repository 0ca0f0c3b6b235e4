extension Configuration {
  /// How people are asked for approval.
  public struct Approvals: Sendable, Equatable {
    /// How long people have to answer, unless a policy says otherwise (`deadline`).
    public var deadline: Duration = .seconds(600)
    /// How long a call is held while people are asked (`hold`).
    public var hold: Duration = .seconds(30)
    /// The URL by which people reach this gateway, without a slash at its end (`url`).
    public var url: String?
    /// Who is told that calls wait (`webhook`, `notify`).
    public var notices = ApprovalNotices()

    /// The defaults.
    public init() {}
  }

  /// The URL by which people reach the console: `approvals.url`, else `people.url`, else that by
  /// which clients reach this gateway. Nil where only the system knows it.
  public var consoleURL: String? {
    if let url = approvals.url ?? people.url ?? resource { return url }
    let isWildcard = listen.host == "0.0.0.0" || listen.host == "::"
    // Browsers bind passkeys to names only.
    let own = listen.isLoopback ? "localhost" : listen.host
    guard listen.port != 0, let host = publicNames.first ?? (isWildcard ? nil : own) else {
      return nil
    }
    let address = ListenAddress(host: host, port: listen.port)
    return "\(tls == nil ? "http" : "https")://\(address)"
  }
}
