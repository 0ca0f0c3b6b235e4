import Admin
import Catalog
import Configuration
import Crypto
import Gate
import Glibc
import Ledger
import Logging
import MCP
import Reactor

/// Reading the configuration and the policies anew: as a whole, or not at all.
extension Gateway {
  var watchedPaths: [String] {
    Self.watchedPaths(configurationPath, policies: configuration.policyDirectory)
  }

  static func watchedPaths(_ path: String, policies directory: String) -> [String] {
    [path, directory] + ((try? PolicyFiles.paths(in: directory)) ?? [])
  }

  /// Who owns the file that was changed, as far as a file can tell.
  var editor: LedgerActor {
    var status = stat()
    guard stat(configurationPath, &status) == 0, let user = getpwuid(status.st_uid) else {
      return LedgerActor(via: .file)
    }
    return LedgerActor(user: String(cString: user.pointee.pw_name), via: .file)
  }

  static func configurationVersion(_ path: String) -> String? {
    (try? ConfigurationFile.read(path)).map { SHA256.hash($0.bytes).hex }
  }

  func reload(by actor: LedgerActor, because reason: String) async -> Result<Void, ReloadFailure> {
    await changeTurn.take()
    defer { changeTurn.leave() }
    let (path, register) = (configurationPath, register)
    let (tools, present) = (toolCatalog, configuration)
    let loaded: (file: Configuration, Configuration, [StoredUpstreamProblem], Policies)
    do {
      loaded = try await files.run { () throws(ReloadFailure) in
        let (file, policies) = try Self.read(path)
        let (next, problems) = file.adding(
          register.upstreams, disabled: register.disabled, .ofProcess(path: path))
        let schema = PolicySchema(catalog: tools, configuration: next, previous: present)
        let errors = schema.check(policies).errors
        guard errors.isEmpty else {
          throw ReloadFailure(reason: errors.map(\.description).joined(separator: "\n"))
        }
        return (file, next, problems, policies)
      }
    } catch {
      log.error("the change is not taken; what was in force stays", [("reason", error.reason)])
      note(
        .change(
          ChangeRecord(
            of: .configuration, event: .refused, before: configurationVersion,
            after: Self.configurationVersion(path), actor: actor, reason: error.reason)))
      return .failure(error)
    }
    let (file, next, problems, nextPolicies) = loaded
    fileConfiguration = file
    guard next != configuration || nextPolicies.version != policies.version else { return late() }
    for key in Self.restartKeys(from: configuration, to: next) {
      log.warning("a change takes effect at the next start", [("key", key)])
    }
    let policiesChanged = nextPolicies.version != policies.version
    let version = Self.configurationVersion(path)
    if version != configurationVersion {
      note(
        .change(
          ChangeRecord(
            of: .configuration, event: .applied, before: configurationVersion, after: version,
            actor: actor, reason: reason)))
    }
    if policiesChanged {
      note(
        .change(
          ChangeRecord(
            of: .policies, event: .applied, before: policies.version, after: nextPolicies.version,
            actor: actor, reason: reason)))
    }
    configurationVersion = version
    policies = nextPolicies
    take(next, problems)
    if lateness == nil {
      log.info("configuration and policies are in force", [("because", reason)])
    }
    return late()
  }

  private func late() -> Result<Void, ReloadFailure> {
    lateness.map { .failure(ReloadFailure(reason: "it is on record, but \($0)")) } ?? .success(())
  }

  private static func read(_ path: String) throws(ReloadFailure) -> (Configuration, Policies) {
    let configuration: Configuration
    do {
      configuration = try Configuration.load(path: path).configuration
    } catch {
      throw ReloadFailure(reason: error.description)
    }
    do {
      return (configuration, try PolicyFiles.load(from: configuration.policyDirectory))
    } catch {
      throw ReloadFailure(reason: error.description)
    }
  }

  private static func restartKeys(from old: Configuration, to new: Configuration) -> [String] {
    var keys: [String] = []
    if old.listen != new.listen { keys.append("listen") }
    if old.tls != new.tls { keys.append("tls") }
    if old.loops != new.loops { keys.append("loops") }
    if old.dataDirectory != new.dataDirectory { keys.append("data") }
    if old.publicNames != new.publicNames { keys.append("public_names") }
    if old.allowedOrigins != new.allowedOrigins { keys.append("allowed_origins") }
    if old.trustedProxies != new.trustedProxies { keys.append("trusted_proxies") }
    if old.log != new.log { keys.append("log") }
    if old.people.url != new.people.url { keys.append("people.url") }
    if old.people.openID != new.people.openID { keys.append("people.oidc") }
    let (before, after) = (old.limits, new.limits)
    if before.headerBytes != after.headerBytes { keys.append("limits.header") }
    if before.bodyBytes != after.bodyBytes { keys.append("limits.body") }
    if before.connections != after.connections { keys.append("limits.connections") }
    if before.sessions != after.sessions { keys.append("limits.sessions") }
    return keys
  }
}
