import Catalog
import Configuration
import Gate
import HTTP
import Inspection
import JSON
import Ledger
import Logging

/// What waits for approval, and decisions about it. The same verbs as `sallyport upstream show`,
/// `approve`, `reject` and `revoke`.
extension AdminService {
  private static let upstreamsPath = "/v1/upstreams/"
  private static let decisionBytesMax = 8 << 20
  private static let reasonBytesMax = 1_000

  /// The server of a path and what is to be done with it; nil for other paths.
  private static func route(_ method: String, _ path: String) -> (String, ReviewRequest.Verb?)? {
    guard path.hasPrefix(upstreamsPath) else { return nil }
    let parts = path.dropFirst(upstreamsPath.count).split(
      separator: "/", omittingEmptySubsequences: false)
    switch (method, parts.count) {
    case ("GET", 1): return (String(parts[0]), nil)
    case ("POST", 2):
      return ReviewRequest.Verb(rawValue: String(parts[1])).map { (String(parts[0]), $0) }
    default: return nil
    }
  }

  /// Whether a request is one of these.
  static func isReview(_ method: String, _ path: String) -> Bool { route(method, path) != nil }

  func review(_ exchange: HTTPExchange) async {
    guard let (name, verb) = Self.route(exchange.method, exchange.path) else { return }
    guard let review = catalog.review(of: name) else {
      return answer(exchange, 404, error: "no server is configured as `\(name.prefix(64))`")
    }
    guard let verb else { return answer(exchange, 200, json(of: review)) }
    let request: ReviewRequest
    do {
      let body = try await exchange.readBody(limit: Self.decisionBytesMax)
      let root = try JSONDocument(parsing: body.isEmpty ? Array("{}".utf8) : body).root
      request = try Self.request(verb, root)
    } catch let error as ReviewError {
      return answer(exchange, 400, error: error.description)
    } catch {
      return answer(exchange, 400, error: "the body is not JSON: \(error)")
    }
    guard review.configuration.isQuarantined else {
      return answer(
        exchange, 409,
        error: "`\(name)` is not quarantined: agents see what it lists (`quarantine: false`)")
    }
    // As of now: the body may have taken its time.
    guard let current = catalog.review(of: name) else {
      return answer(exchange, 404, error: "no server is configured as `\(name.prefix(64))`")
    }
    await decide(exchange, request, current)
  }

  private func decide(
    _ exchange: HTTPExchange, _ request: ReviewRequest, _ review: UpstreamReview
  ) async {
    let changes: [PinChange]
    do throws(ReviewError) {
      if request.verb == .revoke {
        changes = try review.revocations(request, by: facts.userName, at: LedgerRecord.now())
      } else {
        let selected = try review.selection(request)
        changes = try review.changes(
          request, of: selected, by: facts.userName, at: LedgerRecord.now())
      }
    } catch {
      let status =
        switch error {
        case .unknown: 404
        case .changed, .blocked: 409
        case .invalid: 400
        }
      return answer(exchange, status, error: error.description)
    }
    if request.verb == .approve, let objections = await objections(to: changes, review) {
      return answer(exchange, 403, error: objections)
    }
    if !changes.isEmpty, case .failure(let failure) = await keep(changes) {
      return answer(exchange, 500, error: failure.reason)
    }
    answer(exchange, 200, outcome(of: changes, review))
  }

  /// Why policy does not let the operator approve; nil when it does. One reason for each policy is
  /// enough.
  private func objections(to changes: [PinChange], _ review: UpstreamReview) async -> String? {
    let caller = gate.operatorCaller(named: facts.userName)
    for change in changes {
      let configured = review.configuration.declaredEffect(ofTool: change.key.name)?.rawValue
      let effect =
        change.key.kind == .tool
        ? configured ?? change.effect ?? Configuration.Effect.destructive.rawValue : nil
      let approval = Gate.ItemApproval(
        server: change.server, item: change.key, isChange: change.before != nil, effect: effect,
        despite: change.despite)
      if let objection = await gate.objection(to: approval, by: caller) { return objection }
    }
    return nil
  }

  private static func request(
    _ verb: ReviewRequest.Verb, _ root: JSONNode
  ) throws(ReviewError) -> ReviewRequest {
    guard root.kind == .object else { throw .invalid("the body must be an object") }
    func texts(_ member: String) throws(ReviewError) -> [String] {
      guard let node = root[member: member] else { return [] }
      let texts = node.elements.compactMap(\.string)
      guard node.kind == .array, texts.count == node.count else {
        throw .invalid("`\(member)` must be a list of texts")
      }
      return texts
    }
    func map(_ member: String) throws(ReviewError) -> [String: String]? {
      guard let node = root[member: member] else { return nil }
      var map: [String: String] = [:]
      for (name, value) in node.members {
        guard let text = value.string else { break }
        map[name] = text
      }
      guard node.kind == .object, map.count == node.count else {
        throw .invalid("`\(member)` must be an object whose members are texts")
      }
      return map
    }
    var request = ReviewRequest(verb)
    request.items = try texts("items")
    request.digests = try map("digests")
    request.effects = try map("effects") ?? [:]
    request.despite = Set(try texts("despite"))
    if let reason = root[member: "reason"], !reason.isNull {
      guard let text = reason.string, text.utf8.count <= reasonBytesMax else {
        throw .invalid("`reason` must be a text of at most \(reasonBytesMax) bytes")
      }
      request.reason = text.isEmpty ? nil : text
    }
    return request
  }

  // MARK: - Answers

  private func outcome(of changes: [PinChange], _ review: UpstreamReview) -> [UInt8] {
    let after = catalog.review(of: review.configuration.name) ?? review
    var writer = JSONWriter(reservingCapacity: 256)
    writer.beginObject()
    writer.name("items")
    writer.beginArray()
    for change in changes { writer.string(change.key.word) }
    writer.endArray()
    writer.name("approved")
    writer.bool(after.isApproved)
    writer.name("waiting")
    writer.int(after.waiting)
    writer.endObject()
    return writer.bytes
  }

  private func json(of review: UpstreamReview) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 16_384)
    writer.beginObject()
    writer.member("name", review.configuration.name)
    writer.name("quarantine")
    writer.bool(review.configuration.isQuarantined)
    writer.name("approved")
    writer.bool(review.isApproved)
    writer.name("waiting")
    writer.int(review.waiting)
    writer.name("items")
    writer.beginArray()
    for item in review.items { write(item, of: review, to: &writer) }
    writer.endArray()
    writer.name("absent")
    writer.beginArray()
    for (key, _) in review.absent { writer.string(key.word) }
    writer.endArray()
    writer.endObject()
    return writer.bytes
  }

  private func write(
    _ item: UpstreamReview.Item, of review: UpstreamReview, to writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.member("item", item.key.word)
    writer.member("kind", item.key.kind.rawValue)
    writer.member("name", item.key.name)
    writer.member("state", item.state.rawValue)
    writer.member("digest", item.digest)
    if item.key.kind == .tool {
      writer.name("effect")
      writer.beginObject()
      writer.member(
        "configured", review.configuration.declaredEffect(ofTool: item.key.name)?.rawValue)
      writer.member("approved", item.pins.approved?.effect)
      writer.member("draft", item.draft?.effect)
      writer.member("reason", item.draft?.reason)
      writer.endObject()
    }
    writer.name("signals")
    writer.beginArray()
    for signal in item.signals {
      writer.beginObject()
      writer.member("rule", signal.rule)
      writer.member("severity", signal.severity.rawValue)
      writer.member("place", signal.place)
      writer.member("excerpt", signal.excerpt)
      writer.member("reason", signal.reason)
      writer.endObject()
    }
    writer.endArray()
    if let difference = item.difference { write(difference, to: &writer) }
    if let pin = item.state == .rejected ? item.pins.rejected : item.pins.approved {
      writer.name(item.state == .rejected ? "rejected" : "approved")
      writer.beginObject()
      writer.member("digest", pin.digest)
      writer.member("by", pin.actor)
      writer.member("reason", pin.reason)
      writer.member("time", UTCTimestamp(milliseconds: pin.time / 1_000).description)
      writer.endObject()
    }
    writer.name("definition")
    writer.raw(item.definition)
    writer.endObject()
  }

  private func write(_ difference: DefinitionDifference, to writer: inout JSONWriter) {
    writer.name("changes")
    writer.beginArray()
    for change in difference.changes {
      writer.beginObject()
      writer.member("kind", change.kind.rawValue)
      writer.member("place", change.place)
      writer.member("before", change.before)
      writer.member("after", change.after)
      writer.member("meaning", change.meaning)
      writer.endObject()
    }
    writer.endArray()
  }
}
