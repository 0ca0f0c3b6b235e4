import Catalog
import JSON
import Ledger
import Logging
public import MCP
import Reactor

/// `resources/read`, and what is kept of it.
extension Gate {
  /// Records hold the URI as a whole.
  static let uriBytesMax = 2_048

  func readResource(_ call: Call, _ notifier: ClientNotifier) async -> MCPResponse {
    guard let uri = call.request.params?[member: "uri"]?.string else {
      return await invalid(call, "params.uri must be a string")
    }
    guard uri.utf8.count <= Self.uriBytesMax else {
      return await invalid(call, "params.uri has more than \(Self.uriBytesMax) bytes")
    }
    guard let resource = call.view.resource(uri) else {
      if !call.view.isSettled, let settled = await settled(call) {
        return await readResource(settled, notifier)
      }
      let isWithheld = call.view.withholds(page: uri)
      if isWithheld { noteQuarantined("page", uri, call) }
      return await invalid(
        call, "Resource not found", as: isWithheld ? .quarantined : .unknownResource,
        data: ResourceError.data(uri))
    }
    if !isIdentified(resource.server, in: call) {
      switch await awaitIdentity(call, about: .resource(resource)) {
      case .call(let identified): return await readResource(identified, notifier)
      case .ended(let response): return response
      }
    }
    let age = reads.age(of: resource.server)
    let fresh = Fresh()
    let relayed = await relay(
      call, about: .resource(resource), arguments: nil, notifier,
      cached: { self.kept(resource, for: call, noting: fresh) })
    switch relayed {
    case .ended(let response): return response
    case .reply(.error(let error)):
      return ResourceError.relayed(
        error, about: resource.upstreamURI, as: call.view.id(of: resource))
    case .reply(.result(let result)):
      let answer = ReadAnswer(result, of: resource, in: call)
      if fresh.left == nil { keep(answer, of: resource, for: call, age: age) }
      let shown = answer.shown(in: call.view, left: fresh.left)
      return .relayed(restricted(shown, of: resource, in: call))
    }
  }

  /// What was read, with whom its page may speak: a host that enforces `csp` lets it speak with no
  /// others. The record holds it as it came.
  private func restricted(_ result: JSONNode, of resource: Resource, in call: Call) -> JSONNode {
    guard PageHosts.isPage(resource.upstreamURI), let contents = result[member: "contents"],
      let server = call.snapshot.catalog.server(resource.server)
    else { return result }
    var restriction = PageRestriction(server.hosts(ofPage: resource.upstreamURI), in: result)
    for content in contents.elements { restriction.restrict(content) }
    guard !restriction.denied.isEmpty else { return result }
    log.warning(
      "a page asks for hosts that nobody allowed",
      [
        ("upstream", resource.server), ("page", String(resource.upstreamURI.prefix(128))),
        ("hosts", String(restriction.denied.joined(separator: " ").prefix(512))),
      ])
    return restriction.applied(to: result)
  }

  /// For how long a kept answer is still fresh.
  private final class Fresh {
    var left: Duration?
  }

  private func kept(_ resource: Resource, for call: Call, noting fresh: Fresh) -> JSONNode? {
    guard ReadAnswer.canBeKept(call.request.params) else { return nil }
    let now = loop.now
    let server = call.snapshot.catalog.server(resource.server)
    for principal in [call.caller.key, nil] where principal != nil || server?.keepsPublic == true {
      let key = ReadCache.Key(
        server: resource.server, uri: resource.upstreamURI, principal: principal)
      guard let entry = reads.find(key, at: now) else { continue }
      fresh.left = entry.expires - now
      return entry.result
    }
    return nil
  }

  private func keep(_ answer: ReadAnswer, of resource: Resource, for call: Call, age: UInt64) {
    guard ReadAnswer.canBeKept(call.request.params), answer.ttl > .zero,
      snapshot.catalog.server(resource.server)?.upstream === resource.upstream
    else { return }
    let key = ReadCache.Key(
      server: resource.server, uri: resource.upstreamURI,
      principal: answer.isPublic ? nil : call.caller.key)
    reads.insert(
      answer.result, for: key, until: loop.now + min(answer.ttl, ReadCache.ttlMax), age: age)
  }

  // MARK: - Forgetting

  /// What happened to an upstream's connection: what it said changed is not answered from what is
  /// kept. Any thread.
  public func note(_ event: UpstreamEvent, of server: String) {
    loop.execute {
      switch event {
      case .resourceUpdated(let uri): self.reads.forget(server, uri: uri)
      case .listChanged(.resources), .ready, .down: self.reads.forget(server)
      case .listChanged, .taskChanged: break
      }
    }
  }

  /// Forgets what servers answered that are replaced by the next snapshot.
  func forgetReads(before next: GateSnapshot) {
    for server in snapshot.catalog.servers {
      let successor = next.catalog.server(server.name)
      if successor?.upstream !== server.upstream { reads.forget(server.name) }
    }
  }
}

/// A result of `resources/read`.
struct ReadAnswer {
  /// As it came.
  let result: JSONNode
  /// How long it stays as it is, by its server's word.
  let ttl: Duration
  /// Whether it may be kept for everybody.
  let isPublic: Bool
  private let server: String

  init(_ result: JSONNode, of resource: Resource, in call: Call) {
    self.result = result
    server = resource.server
    let keepsPublic = call.snapshot.catalog.server(resource.server)?.keepsPublic ?? false
    isPublic = keepsPublic && result[member: "cacheScope"]?.equals("public") == true
    let given = result[member: "ttlMs"]?.int64 ?? 0
    ttl = Self.isComplete(result) ? .milliseconds(max(0, given)) : .zero
  }

  /// Whether an answer to such a request says nothing but what the resource holds.
  static func canBeKept(_ params: JSONNode?) -> Bool {
    params?.memberNodes.allSatisfy { $0.name.equals("uri") || $0.name.equals("_meta") } ?? false
  }

  private static func isComplete(_ result: JSONNode) -> Bool {
    result[member: "resultType"]?.equals("complete") ?? true
  }

  /// As the endpoint shows it, with the time that is left. Between it and the client nobody may
  /// share what policy allowed to one principal, unless the configuration says so.
  func shown(in view: EndpointView, left: Duration?) -> JSONNode {
    guard result.kind == .object, Self.isComplete(result) else { return result }
    let scope = result[member: "cacheScope"]
    var splice = JSONSplice(result.document)
    if let left {
      splice.set(member: "ttlMs", Array(String(left.milliseconds).utf8), of: result)
    } else if result[member: "ttlMs"]?.int64.map({ $0 >= 0 }) != true {
      splice.set(member: "ttlMs", Array("0".utf8), of: result)
    }
    if !isPublic, scope?.equals("private") != true {
      splice.set(member: "cacheScope", Array("\"private\"".utf8), of: result)
    }
    var shown = result
    if !splice.isEmpty,
      let document = try? JSONDocument(parsing: splice.apply(to: result), limits: .ceiling)
    {
      shown = document.root
    }
    return view.usesOwnIDs ? shown : ResultRewriter(server: server).resourceResult(shown)
  }
}
