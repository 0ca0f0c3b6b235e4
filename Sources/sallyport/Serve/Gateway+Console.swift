import Configuration
import Console
import HTTP
import Identity
import Logging
import Reactor

/// The pages for people, and who is signed in.
extension Gateway {
  /// The pages, once nobody is signed in by an issuer that is none any more.
  func makeConsole() async -> Console {
    let openID = configuration.people.openID
    await people.endSessions(ofIssuersBut: openID?.name)
    return Console(
      people: people,
      openID: openID.flatMap { openID in
        issuerClient.map {
          OpenIDSignIn(openID, loop: home, client: $0, log: log.named("identity"))
        }
      },
      sites: ConsoleSites(
        url: configuration.people.url ?? configuration.resource,
        names: configuration.publicNames + [configuration.listen.host]),
      behind: configuration.trustedProxies.map(TrustedProxies.init),
      sections: approvalDesk == nil ? [] : [ApprovalPages.section],
      routes: approvalDesk.map { ApprovalPages($0, grants: fromNowOnDesk).routes } ?? [])
  }

  /// By which URL a browser reaches the console; nil when none is served.
  var consoleURL: String? {
    guard listening != "stdio" else { return nil }
    if let url = configuration.people.url { return url }
    if let resource = configuration.resource { return ConsoleSites.origin(of: resource) }
    let port = listening.split(separator: ":").last ?? ""
    let scheme = configuration.tls == nil ? "http" : "https"
    return "\(scheme)://\(configuration.publicNames.first ?? "localhost"):\(port)"
  }

  func keepSessionUse() async {
    do {
      try await people.flush()
    } catch {
      log.warning("when sessions were used last is not kept", [("reason", "\(error)")])
    }
  }
}

extension SessionLimits {
  init(_ people: Configuration.People) {
    self.init(idle: people.sessionIdle, absolute: people.sessionAbsolute)
  }
}
