import Gate
import HTTP
import JSON
import Ledger
import Orders

/// Permits until a time. The same verbs as `sallyport grant` and `sallyport grants`.
extension AdminService {
  static let grantsPath = "/v1/grants"

  func grants(_ exchange: HTTPExchange) async {
    guard let orders else { return answer(exchange, 404, error: "this gateway takes no orders") }
    let path = exchange.path.dropFirst(Self.grantsPath.count).split(separator: "/")
      .map(String.init)
    do {
      switch (exchange.method, path.count) {
      case ("GET", 0):
        var writer = JSONWriter(reservingCapacity: 1024)
        writer.beginArray()
        for grant in orders.orders.grants.all { write(grant, to: &writer) }
        writer.endArray()
        answer(exchange, 200, writer.bytes)
      case ("GET", 1): answer(exchange, try orders.orders.grants.grant(path[0]))
      case ("POST", 0): try await grant(exchange, orders)
      case ("DELETE", 1): try await revoke(exchange, path[0], because: nil, orders)
      case ("POST", 2) where path[1] == "revoke":
        guard let root = await orderBody(exchange) else { return }
        try await revoke(exchange, path[0], because: root[member: "reason"]?.string, orders)
      default:
        answer(exchange, 404, error: "no such endpoint: \(exchange.method) \(exchange.path)")
      }
    } catch {
      answer(exchange, 409, error: "\(error)")
    }
  }

  private func grant(_ exchange: HTTPExchange, _ desk: any OrderDesk) async throws(OrderError) {
    guard let root = await orderBody(exchange) else { return }
    guard let tool = root[member: "tool"]?.string, let lifetime = root[member: "for"]?.int64,
      let reason = root[member: "reason"]?.string
    else {
      return answer(exchange, 400, error: "`tool`, `for` (seconds) and `reason` are needed")
    }
    guard let orderer = orderer(exchange) else { return }
    let draft = GrantDraft(
      agent: root[member: "agent"]?.string, human: root[member: "human"]?.string, tool: tool,
      condition: root[member: "where"]?.string, lifetime: lifetime, reason: reason,
      giver: orderer.giver)
    let isDryRun = root[member: "dryRun"]?.bool ?? false
    guard await may(orderer, .grant(draft, fromNowOn: false), isDryRun: isDryRun, exchange) else {
      return
    }
    answer(exchange, try await desk.grant(draft, isDryRun: isDryRun, by: orderer.actor))
  }

  private func revoke(
    _ exchange: HTTPExchange, _ id: String, because reason: String?, _ desk: any OrderDesk
  ) async throws(OrderError) {
    let grant = try desk.orders.grants.grant(id)
    guard let orderer = orderer(exchange), await may(orderer, .revoke(grant), exchange) else {
      return
    }
    answer(exchange, try await desk.revoke(grant: id, because: reason, by: orderer.actor))
  }

  private func answer(_ exchange: HTTPExchange, _ grant: Grant) {
    var writer = JSONWriter(reservingCapacity: 1024)
    write(grant, to: &writer)
    answer(exchange, 200, writer.bytes)
  }

  func write(_ grant: Grant, to writer: inout JSONWriter) {
    let draft = grant.draft
    writer.beginObject()
    for (name, text) in [
      ("id", grant.id), ("agent", draft.agent), ("human", draft.human), ("tool", draft.tool),
      ("where", draft.condition), ("reason", draft.reason), ("by", grant.actor),
      ("policy", grant.policy),
    ] {
      guard let text else { continue }
      writer.name(name)
      writer.string(text)
    }
    for (name, time) in [("createdAt", grant.createdAt), ("expiresAt", grant.expiresAt)] {
      writer.name(name)
      writer.int(time)
    }
    writer.endObject()
  }
}
