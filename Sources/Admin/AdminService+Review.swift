import Catalog
import Configuration
import Gate
import HTTP
import JSON
import Ledger

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
    guard let orderer = orderer(exchange) else { return }
    let changes: [PinChange]
    do throws(ReviewError) {
      if request.verb == .revoke {
        changes = try review.revocations(
          request, by: orderer.name, isPerson: orderer.isPerson, at: LedgerRecord.now())
      } else {
        let selected = try review.selection(request)
        changes = try review.changes(
          request, of: selected, by: orderer.name, isPerson: orderer.isPerson,
          at: LedgerRecord.now())
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
    // One reason for each policy is enough.
    for order in review.orders(changes, request.verb) {
      guard await may(orderer, order, exchange) else { return }
    }
    if !changes.isEmpty, case .failure(let failure) = await keep(changes) {
      return answer(exchange, failure.status, error: failure.reason)
    }
    answer(exchange, 200, outcome(of: changes, review))
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
}
