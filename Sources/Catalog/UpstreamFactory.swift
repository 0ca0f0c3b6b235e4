import Configuration
import HTTP
import Logging
import MCP
import Reactor

/// Makes the connection to an upstream from its configuration.
struct UpstreamFactory {
  let loops: [EventLoop]
  let clients: HTTPClients
  let limits: Configuration.Limits
  /// The gateway's own environment.
  let environment: [String: String]
  let log: Logger

  /// What a child gets of the gateway's environment besides what its configuration says: enough
  /// to find programs and a home, and no secret meant for the gateway.
  static let inheritedVariables = [
    "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME", "PATH", "SHELL", "TERM", "TMPDIR", "TZ",
    "USER",
  ]

  /// - Parameter diagnostics: gets what a process writes to standard error.
  func make(
    _ upstream: Configuration.Upstream, index: Int, diagnostics: UpstreamLog? = nil
  ) throws(HTTPURLError) -> any Upstream {
    let home = loops[index % loops.count]
    switch upstream.transport {
    case .stdio(let process):
      var variables: [String: String] = [:]
      for name in Self.inheritedVariables { variables[name] = environment[name] }
      for (name, value) in process.environment { variables[name] = value.reveal() }
      return DuplexUpstream(
        name: upstream.name,
        command: ChildProcess.Configuration(
          executable: process.command.reveal(), arguments: process.arguments.map { $0.reveal() },
          environment: variables, workingDirectory: process.workingDirectory),
        loop: home, limits: duplexLimits(upstream), health: health(of: upstream), log: log,
        diagnostics: diagnostics)
    case .http(let endpoint):
      var bounds = HTTPUpstream.Limits()
      bounds.inFlightMax = upstream.maxInFlight ?? limits.inFlightPerUpstream
      bounds.resultBytesMax = limits.resultBytes
      return HTTPUpstream(
        name: upstream.name, endpoint: try target(endpoint), home: home, clients: clients,
        limits: bounds, health: health(of: upstream), log: log)
    case .sse(let endpoint):
      return DuplexUpstream(
        name: upstream.name, eventStream: try target(endpoint), clients: clients, loop: home,
        limits: duplexLimits(upstream), health: health(of: upstream), log: log)
    }
  }

  private func health(of upstream: Configuration.Upstream) -> UpstreamHealth {
    UpstreamHealth(rate: upstream.rate.map { RateLimit(calls: $0.calls, period: $0.period) })
  }

  private func duplexLimits(_ upstream: Configuration.Upstream) -> DuplexUpstream.Limits {
    var bounds = DuplexUpstream.Limits()
    bounds.inFlightMax = upstream.maxInFlight ?? limits.inFlightPerUpstream
    bounds.messageBytesMax = limits.resultBytes
    return bounds
  }

  private func target(
    _ endpoint: Configuration.Endpoint
  ) throws(HTTPURLError) -> HTTPUpstream.Endpoint {
    var target = HTTPUpstream.Endpoint(
      url: try HTTPURL(endpoint.url.reveal()),
      headers: HTTPHeaders(
        endpoint.headers.map { HTTPField(name: $0.name, value: $0.value.reveal()) }))
    target.verifiesCertificate = endpoint.verifiesCertificate
    target.certificateAuthorities = endpoint.certificateAuthorities
    target.proxy = HTTPProxy.fromEnvironment(environment)
    return target
  }
}
