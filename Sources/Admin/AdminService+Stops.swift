import Gate
import HTTP
import JSON
import Ledger
import Orders

/// The kill switch. The same verbs as `sallyport kill`.
extension AdminService {
  static let stopsPath = "/v1/stops"
  private static let orderBytesMax = 64 * 1024

  func stops(_ exchange: HTTPExchange) async {
    guard let orders else { return answer(exchange, 404, error: "this gateway takes no orders") }
    let path = exchange.path.dropFirst(Self.stopsPath.count).split(separator: "/").map(String.init)
    do {
      switch (exchange.method, path.count) {
      case ("GET", 0): answer(exchange, 200, list(orders.orders.stops.all))
      case ("GET", 1):
        var writer = JSONWriter(reservingCapacity: 512)
        write(try orders.orders.stops.stop(path[0]), to: &writer)
        answer(exchange, 200, writer.bytes)
      case ("POST", 0): try await stop(exchange, orders)
      case ("POST", 2) where path[1] == "lift": try await lift(exchange, path[0], orders)
      default:
        answer(exchange, 404, error: "no such endpoint: \(exchange.method) \(exchange.path)")
      }
    } catch {
      answer(exchange, 409, error: "\(error)")
    }
  }

  private func stop(_ exchange: HTTPExchange, _ desk: any OrderDesk) async throws(OrderError) {
    guard let root = await orderBody(exchange) else { return }
    guard let kind = root[member: "kind"]?.string.flatMap(StopTarget.Kind.init),
      let target = StopTarget(kind, name: root[member: "name"]?.string ?? "")
    else {
      let kinds = StopTarget.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      return answer(exchange, 400, error: "`kind` is one of \(kinds), and `name` says which")
    }
    guard let reason = root[member: "reason"]?.string else {
      return answer(exchange, 400, error: "`reason` is needed")
    }
    guard let orderer = orderer(exchange), await may(orderer, .stop(target), exchange) else {
      return
    }
    let report = try await desk.stop(
      target, because: reason, keepsTokens: root[member: "keepsTokens"]?.bool ?? false,
      by: orderer.actor)
    var writer = JSONWriter(reservingCapacity: 512)
    write(report.stop, report, to: &writer)
    answer(exchange, 200, writer.bytes)
  }

  private func lift(
    _ exchange: HTTPExchange, _ id: String, _ desk: any OrderDesk
  ) async throws(OrderError) {
    guard let root = await orderBody(exchange) else { return }
    guard let reason = root[member: "reason"]?.string else {
      return answer(exchange, 400, error: "`reason` is needed")
    }
    let stop = try desk.orders.stops.stop(id)
    guard let orderer = orderer(exchange), await may(orderer, .lift(stop), exchange) else {
      return
    }
    let lifted = try await desk.lift(id, because: reason, by: orderer.actor)
    var writer = JSONWriter(reservingCapacity: 512)
    write(lifted, to: &writer)
    answer(exchange, 200, writer.bytes)
  }

  func orderBody(_ exchange: HTTPExchange) async -> JSONNode? {
    do {
      let bytes = try await exchange.readBody(limit: Self.orderBytesMax)
      return try JSONDocument(parsing: bytes.isEmpty ? Array("{}".utf8) : bytes).root
    } catch {
      answer(exchange, 400, error: "the body is not JSON: \(error)")
      return nil
    }
  }

  private func list(_ stops: StopSet) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 256 * stops.stops.count + 2)
    writer.beginArray()
    for stop in stops.stops { write(stop, to: &writer) }
    writer.endArray()
    return writer.bytes
  }

  private func write(_ stop: Stop, _ report: StopReport? = nil, to writer: inout JSONWriter) {
    writer.beginObject()
    for (name, text) in [
      ("id", stop.id), ("kind", stop.target.kind.rawValue), ("name", stop.target.name),
      ("reason", stop.reason), ("by", stop.actor),
    ] {
      writer.name(name)
      writer.string(text)
    }
    writer.name("at")
    writer.int(stop.at)
    if let report {
      for (name, number) in [
        ("calls", Int64(report.calls)), ("streams", Int64(report.streams)),
        ("sessions", Int64(report.sessions)), ("tokens", Int64(report.tokens)),
        ("effectMicroseconds", report.effect),
      ] {
        writer.name(name)
        writer.int(number)
      }
      if !report.problems.isEmpty {
        writer.name("problems")
        writer.beginArray()
        for problem in report.problems { writer.string(problem) }
        writer.endArray()
      }
    }
    writer.endObject()
  }
}
