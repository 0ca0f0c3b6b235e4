import Catalog
import HTTP
import JSON
import Ledger
import Logging
import MCP

/// What an operator does with upstreams while the gateway runs. The same verbs as
/// `sallyport upstream`.
extension AdminService {
  private var actor: LedgerActor { LedgerActor(user: facts.userName, via: .admin) }

  /// `POST /v1/upstreams`
  func addUpstream(_ exchange: HTTPExchange) async {
    guard let root = await body(exchange) else { return }
    guard let name = root[member: "name"]?.string, let definition = root[member: "definition"],
      definition.kind == .object
    else { return answer(exchange, 400, error: "`name` and `definition` are needed") }
    var addition = UpstreamAddition(name: name, definition: definition)
    if let secrets = root[member: "secrets"] {
      for (name, value) in secrets.members {
        guard let text = value.string else {
          return answer(exchange, 400, error: "`secrets.\(name.prefix(64))` must be text")
        }
        addition.secrets[name] = text
      }
    }
    addition.isDryRun = root[member: "dryRun"]?.bool ?? false
    addition.reason = root[member: "reason"]?.string
    await change(exchange, .add(addition))
  }

  /// Everything below `/v1/upstreams/NAME` that is told by `UpstreamRoute`.
  func upstream(_ exchange: HTTPExchange) async {
    guard let route = UpstreamRoute(exchange.method, exchange.path) else { return }
    let name = route.name
    switch route.verb {
    case .remove: await change(exchange, .remove(name))
    case .enable: await change(exchange, .enable(name, true))
    case .disable: await change(exchange, .enable(name, false))
    case .card:
      guard let card = await body(exchange) else { return }
      guard card.kind == .object || card.kind == .null else {
        return answer(exchange, 400, error: "a card is an object, or null to take it away")
      }
      await change(exchange, .describe(name, card: card.kind == .null ? nil : card))
    case .restart:
      if answerStopped(exchange, name) { return }
      guard catalog.log(of: name) != nil else { return answerUnknown(exchange, name) }
      guard await catalog.restart(name) else {
        return answer(exchange, 409, error: "`\(name)` is disabled or cannot be connected")
      }
      answer(exchange, 200, Array(#"{"restarted":true}"#.utf8))
    case .test:
      if answerStopped(exchange, name) { return }
      guard let trial = await catalog.test(name) else { return answerUnknown(exchange, name) }
      answer(exchange, 200, trial.json)
    case .logs: logs(exchange, of: name)
    }
  }

  private func change(_ exchange: HTTPExchange, _ request: UpstreamRequestedChange) async {
    guard let registration else { return answer(exchange, 409, error: "the gateway is stopping") }
    do {
      let warnings = try await registration.change(request, by: actor)
      var writer = JSONWriter(reservingCapacity: 128)
      writer.beginObject()
      writer.name("warnings")
      writer.beginArray()
      for warning in warnings { writer.string(warning) }
      writer.endArray()
      writer.endObject()
      answer(exchange, 200, writer.bytes)
    } catch {
      answer(exchange, error.status, error: error.reason)
    }
  }

  private func logs(_ exchange: HTTPExchange, of name: String) {
    guard let log = catalog.log(of: name) else { return answerUnknown(exchange, name) }
    let after: Int
    do {
      let values = try QueryParameters.parse(exchange.query ?? "")
      guard let from = Int(values["after"] ?? "0"), from >= 0 else {
        return answer(exchange, 400, error: "`after` takes a number")
      }
      after = from
    } catch {
      return answer(exchange, 400, error: "the query of the URL cannot be read")
    }
    let (lines, next) = log.lines(from: after)
    var writer = JSONWriter(reservingCapacity: 4096)
    writer.beginObject()
    writer.name("lines")
    writer.beginArray()
    for line in lines {
      writer.beginObject()
      writer.member("time", UTCTimestamp(milliseconds: line.time).description)
      writer.member("source", line.source.rawValue)
      writer.member("text", line.text)
      writer.endObject()
    }
    writer.endArray()
    writer.name("next")
    writer.int(next)
    writer.endObject()
    answer(exchange, 200, writer.bytes)
  }

  /// Nothing connects to a server that a person stopped.
  private func answerStopped(_ exchange: HTTPExchange, _ name: String) -> Bool {
    guard let reason = catalog.stopReason(of: name) else { return false }
    answer(
      exchange, 409,
      error: "`\(name.prefix(64))` is stopped \(reason); `sallyport kill lift` lets it go on")
    return true
  }

  private func answerUnknown(_ exchange: HTTPExchange, _ name: String) {
    answer(exchange, 404, error: "there is no server `\(name.prefix(64))`")
  }

  private func body(_ exchange: HTTPExchange) async -> JSONNode? {
    do {
      return try JSONDocument(parsing: try await exchange.readBody(limit: Self.bodyBytesMax)).root
    } catch {
      answer(exchange, 400, error: "the body is not JSON: \(error)")
      return nil
    }
  }
}
