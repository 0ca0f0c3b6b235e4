import Gate
import HTTP
import Identity
import JSON
import Ledger
import MCP

/// The tokens that the gateway makes. The same verbs as `sallyport token`.
extension AdminService {
  static let tokensPath = "/v1/tokens"
  private static let tokenBodyBytesMax = 64 * 1024

  func tokens(_ exchange: HTTPExchange) async {
    guard let tokens else { return answer(exchange, 404, error: "this gateway makes no tokens") }
    let path = exchange.path.dropFirst(Self.tokensPath.count).split(separator: "/").map(String.init)
    do {
      switch (exchange.method, path.count) {
      case ("GET", 0): answer(exchange, 200, list(tokens.all))
      case ("GET", 1):
        var writer = JSONWriter(reservingCapacity: 512)
        write(try tokens.token(path[0]), to: &writer)
        answer(exchange, 200, writer.bytes)
      case ("POST", 0): try await create(exchange, tokens)
      case ("POST", 2) where path[1] == "rotate": try await rotate(exchange, path[0], tokens)
      case ("DELETE", 1): try await revoke(exchange, path[0], tokens)
      default:
        answer(exchange, 404, error: "no such endpoint: \(exchange.method) \(exchange.path)")
      }
    } catch {
      answer(exchange, 409, error: "\(error)")
    }
  }

  private func create(
    _ exchange: HTTPExchange, _ tokens: AgentTokens
  ) async throws(AgentTokenError) {
    guard let root = await body(exchange) else { return }
    guard let agent = root[member: "agent"]?.string, let lifetime = root[member: "ttl"]?.int64
    else { return answer(exchange, 400, error: "`agent` and `ttl` (seconds) are needed") }
    let profile = root[member: "profile"]?.string
    if let profile, !gate.hasProfile(profile) {
      return answer(exchange, 400, error: "there is no profile of this name")
    }
    let made = try await tokens.create(
      AgentTokenDraft(
        agent: agent, human: root[member: "human"]?.string,
        roles: root[member: "roles"]?.elements.compactMap(\.string) ?? [],
        tenant: root[member: "tenant"]?.string,
        scopes: root[member: "scopes"]?.elements.compactMap(\.string) ?? [], profile: profile,
        lifetime: lifetime),
      by: facts.userName)
    try await tell(exchange, made, before: nil, "made for the agent \(agent)", tokens)
  }

  private func rotate(
    _ exchange: HTTPExchange, _ id: String, _ tokens: AgentTokens
  ) async throws(AgentTokenError) {
    guard let root = await body(exchange) else { return }
    let overlap = root[member: "overlap"]?.int64 ?? 0
    let made = try await tokens.rotate(id, overlap: overlap, by: facts.userName)
    let reason = "takes the place of another, which counts for \(overlap) s more at most"
    try await tell(exchange, made, before: id, reason, tokens)
  }

  private func revoke(
    _ exchange: HTTPExchange, _ id: String, _ tokens: AgentTokens
  ) async throws(AgentTokenError) {
    let token = try await tokens.revoke(id)
    guard await record(before: id, after: nil, "revoked") else {
      return answer(
        exchange, 409, error: "the token is revoked, but the ledger cannot be written")
    }
    var writer = JSONWriter(reservingCapacity: 512)
    write(token, to: &writer)
    answer(exchange, 200, writer.bytes)
  }

  /// Tells the text of a new token, once it is on record; else nobody may use it.
  private func tell(
    _ exchange: HTTPExchange, _ made: (token: AgentToken, text: String), before: String?,
    _ reason: String, _ tokens: AgentTokens
  ) async throws(AgentTokenError) {
    guard await record(before: before, after: made.token.id, reason) else {
      _ = try await tokens.revoke(made.token.id)
      return answer(exchange, 409, error: "the ledger cannot be written")
    }
    var writer = JSONWriter(reservingCapacity: 512)
    write(made.token, text: made.text, to: &writer)
    answer(exchange, 200, writer.bytes)
  }

  private func record(before: String?, after: String?, _ reason: String) async -> Bool {
    let change = ChangeRecord(
      of: .tokens, event: .applied, before: before, after: after,
      actor: LedgerActor(user: facts.userName, via: .admin), reason: reason)
    do {
      try await ledger.durable(try ledger.append(LedgerRecord(.change(change))))
      return true
    } catch {
      return false
    }
  }

  private func body(_ exchange: HTTPExchange) async -> JSONNode? {
    do {
      let bytes = try await exchange.readBody(limit: Self.tokenBodyBytesMax)
      return try JSONDocument(parsing: bytes.isEmpty ? Array("{}".utf8) : bytes).root
    } catch {
      answer(exchange, 400, error: "the body is not JSON: \(error)")
      return nil
    }
  }

  private func list(_ tokens: [AgentToken]) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 256 * tokens.count + 2)
    writer.beginArray()
    for token in tokens { write(token, to: &writer) }
    writer.endArray()
    return writer.bytes
  }

  private func write(_ token: AgentToken, text: String? = nil, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("token", text)
    writer.member("id", token.id)
    writer.member("state", token.state(at: LedgerRecord.now() / 1_000_000))
    write(token.principal, to: &writer)
    writer.member("profile", token.profile)
    writer.member("createdAt", token.createdAt)
    writer.member("createdBy", token.createdBy)
    writer.member("expiresAt", token.expiresAt)
    writer.member("revokedAt", token.revokedAt)
    writer.member("replacedBy", token.replacedBy)
    writer.member("usedAt", token.usedAt)
    writer.member("usedFrom", token.usedFrom)
    writer.endObject()
  }

  private func write(_ principal: Identity.Principal, to writer: inout JSONWriter) {
    writer.member("agent", principal.agent)
    writer.member("human", principal.human)
    writer.member("roles", principal.roles)
    writer.member("tenant", principal.tenant)
  }

  private func write(_ authentication: Authentication, to writer: inout JSONWriter) {
    writer.name("authentication")
    writer.beginObject()
    writer.member("context", authentication.context)
    writer.member("methods", authentication.methods)
    writer.member("time", authentication.time)
    writer.endObject()
  }

  /// Whom a credential names.
  func whoAmI(_ exchange: HTTPExchange) async {
    guard let root = await body(exchange) else { return }
    let principal: Identity.Principal
    if let token = root[member: "token"]?.string {
      do {
        principal = try await gate.authenticate(
          .bearer(token), transport: .admin, peer: "the admin socket"
        ).principal
      } catch {
        return answer(exchange, 403, error: error.message)
      }
    } else {
      principal = gate.operatorCaller(named: facts.userName).principal
    }
    var writer = JSONWriter(reservingCapacity: 512)
    writer.beginObject()
    if root[member: "token"] == nil, let person = person(exchange) { write(person, to: &writer) }
    write(principal, to: &writer)
    writer.member("environment", gate.environment)
    writer.member("issuer", principal.issuer)
    writer.member("client", principal.client)
    writer.member("instance", principal.instance)
    writer.member("actors", principal.actors)
    writer.member("scopes", principal.scopes)
    if let authentication = principal.authentication { write(authentication, to: &writer) }
    writer.member("credential", principal.credential)
    writer.member("binding", principal.binding?.rawValue)
    writer.member("endpoints", principal.resources ?? [])
    writer.endObject()
    answer(exchange, 200, writer.bytes)
  }
}
