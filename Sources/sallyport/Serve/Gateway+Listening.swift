import Admin
import Audit
import Catalog
import Configuration
import Gate
import HTTP
import Identity
import Ledger
import Logging
import MCP
import Reactor
import Synchronization

/// Where the gateway is reached: clients, operators, and who reads the log.
extension Gateway {
  func listen() async throws(StartFailure) {
    let address = configuration.listen
    var limits = HTTPServerLimits()
    limits.headerBytes = configuration.limits.headerBytes
    limits.bodyBytes = configuration.limits.bodyBytes
    limits.connections = max(1, configuration.limits.connections / loops.count)
    let server = HTTPServer.Configuration(
      limits: limits,
      tls: configuration.tls.map {
        TLSFiles(
          certificate: $0.certificate, key: $0.key, clientAuthorities: $0.clientAuthorities)
      })
    var faceLimits = ClientFaceLimits()
    faceLimits.maxMessageBytes = configuration.limits.bodyBytes
    faceLimits.maxSessions = configuration.limits.sessions
    let face = HTTPFaceConfiguration(
      listenAddress: address.host, publicNames: configuration.publicNames,
      allowedOrigins: configuration.allowedOrigins,
      proxies: configuration.trustedProxies.map(TrustedProxies.init), limits: faceLimits)
    let console = await makeConsole()
    var port = address.port
    for lane in lanes {
      do {
        let socket = try ListeningSocket.tcp(host: address.host, port: port, reusePort: true)
        port = socket.port
        let isReady: @Sendable () -> Bool = { [unowned self] in
          self.isReady.load(ordering: .relaxed)
        }
        try await lane.loop.perform { [sessions] () throws(HTTPServerError) in
          try lane.serve(
            socket, server, face, sessions: sessions, console: console, isReady: isReady)
        }
      } catch {
        throw StartFailure(
          reason: "cannot listen on \(address): \(error)",
          hint: "`listen` in \(configurationPath) names the address")
      }
    }
    listening = "\(address.host):\(port)"
    renewConsoleBase()
    let scheme = configuration.tls == nil ? "http" : "https"
    log.info("listening", [("url", "\(scheme)://\(listening)/mcp")])
  }

  func listenLocally(_ catalog: Catalog) throws(StartFailure) {
    let service = AdminService(
      gate: lanes[0].gate, catalog: catalog, ledger: ledger,
      facts: GatewayFacts(
        pid: LocalUser.processID, user: LocalUser.id, userName: LocalUser.name,
        listen: listening, configurationFile: configurationPath, dataDirectory: directory.path,
        logKeyFile: directory.logKey, loops: loops.count, startedAt: startedAt / 1000,
        sessions: { [sessions] in sessions.count },
        policyReport: { [policyReview] in policyReview.report },
        policySchema: { [policyReview] in policyReview.schema },
        console: { [unowned self] in consoleURL }),
      audit: AuditFiles(ledger: directory.ledger, index: directory.index), registration: self,
      tokens: agentTokens, orders: self,
      keep: { [weak self] in
        await self?.keep($0) ?? .failure(PinFailure(reason: "stopping"))
      },
      reload: { [weak self] in
        await self?.reload(
          by: LedgerActor(user: LocalUser.name, via: .admin), because: "an operator asked")
          ?? .failure(ReloadFailure(reason: "stopping"))
      })
    service.people = people
    service.approvalDesk = approvalDesk
    service.notices = notices
    do {
      adminServer = try HTTPServer(
        loop: home, listening: try ListeningSocket.unix(path: directory.adminSocket),
        configuration: HTTPServer.Configuration(), handler: { service.handle($0) })
      sockets.append(
        try LocalSocket(
          path: directory.mcpSocket, loop: home, gate: lanes[0].gate, log: log))
    } catch {
      throw StartFailure(reason: "cannot listen in \(directory.path): \(error)")
    }
  }

  /// Shows the log on a listener of its own, where the configuration wants that.
  func showLog() async throws(StartFailure) {
    guard let publish = configuration.audit.publish else { return }
    let service = LogService(
      tiles: LedgerTiles(directory: directory.ledger), showsEntries: publish.entries, files: files)
    do {
      let socket = try ListeningSocket.tcp(
        host: publish.listen.host, port: publish.listen.port, reusePort: false)
      let port = socket.port
      logServer = try HTTPServer(
        loop: home, listening: socket, configuration: HTTPServer.Configuration(),
        handler: { service.handle($0) })
      log.info(
        "showing the log", [("url", "http://\(publish.listen.host):\(port)/checkpoint")])
    } catch {
      throw StartFailure(
        reason: "cannot listen on \(publish.listen): \(error)",
        hint: "`audit.publish` in \(configurationPath) names the address")
    }
  }
}
