import Crypto
import JSON

/// Where a request stands that waits for answers of its client (MCP 2026-07-28,
/// basic/patterns/mrtr): what a `requestState` holds. A class, because a call keeps it.
final class Continuation: Sendable {
  /// How long a client has for its answers, in seconds.
  static let lifetime: Int64 = 600
  /// How often one request may ask.
  static let roundsMax = 10

  /// The upstream that asks; no other gets the answers.
  let server: String
  /// The JSON text of the upstream's own `requestState`, if it gave one.
  let inner: [UInt8]?
  /// Whom it asks.
  let principal: String
  /// The request that the answers belong to.
  let request: SHA256Digest
  /// Seconds since 1970 UTC.
  let expiry: Int64
  /// 1 for the first.
  let round: Int
  /// The call with which the request began.
  let firstCall: String
  /// The approval that the call used.
  let approval: String?
  /// The calls under which the questions are on record, by the keys of the questions.
  let questions: [Question]

  /// A question that was relayed.
  struct Question: Sendable, Equatable {
    var key: String
    var call: String
  }

  init(
    server: String, inner: [UInt8]?, principal: String, request: SHA256Digest, expiry: Int64,
    round: Int, firstCall: String, approval: String? = nil, questions: [Question]
  ) {
    self.server = server
    self.inner = inner
    self.principal = principal
    self.request = request
    self.expiry = expiry
    self.round = round
    self.firstCall = firstCall
    self.approval = approval
    self.questions = questions
  }

  /// The token that a client carries.
  /// - Throws: when the cipher cannot be used at all.
  func token(sealedBy seal: StateSeal, at now: Int64) throws(AEADError) -> String {
    try seal.seal(encoded, for: .continuation, at: now)
  }

  /// Opens a token for the request that brings it.
  /// - Throws: what is wrong, for the client.
  static func open(
    _ token: String, sealedBy seal: StateSeal, at now: Int64, server: String, principal: String,
    request: SHA256Digest
  ) throws(ContinuationError) -> Continuation {
    guard let content = seal.open(token, for: .continuation, at: now),
      let found = Continuation(encoded: content)
    else { throw .notOurs }
    guard found.principal == principal else { throw .otherPrincipal }
    guard found.server == server, found.request.isEqualInConstantTime(to: request) else {
      throw .otherRequest
    }
    guard now < found.expiry else { throw .expired }
    return found
  }

  private var encoded: [UInt8] {
    var writer = JSONWriter(reservingCapacity: 512 + (inner?.count ?? 0))
    writer.beginObject()
    writer.name("server")
    writer.string(server)
    if let inner {
      writer.name("inner")
      writer.raw(inner)
    }
    writer.name("principal")
    writer.string(principal)
    writer.name("request")
    writer.string(request.hex)
    writer.name("expiry")
    writer.int(expiry)
    writer.name("round")
    writer.int(round)
    writer.name("first")
    writer.string(firstCall)
    if let approval {
      writer.name("approval")
      writer.string(approval)
    }
    writer.name("questions")
    writer.beginObject()
    for question in questions {
      writer.name(question.key)
      writer.string(question.call)
    }
    writer.endObject()
    writer.endObject()
    return writer.bytes
  }

  private convenience init?(encoded: [UInt8]) {
    guard let root = try? JSONDocument(parsing: encoded).root,
      let server = root[member: "server"]?.string,
      let principal = root[member: "principal"]?.string,
      let request = root[member: "request"]?.string.flatMap(SHA256Digest.init(hex:)),
      let expiry = root[member: "expiry"]?.int64, let round = root[member: "round"]?.int64,
      let firstCall = root[member: "first"]?.string, let questions = root[member: "questions"]
    else { return nil }
    self.init(
      server: server, inner: root[member: "inner"].map { Array($0.raw) }, principal: principal,
      request: request, expiry: expiry, round: Int(round), firstCall: firstCall,
      approval: root[member: "approval"]?.string,
      questions: questions.members.map { Question(key: $0.name, call: $0.value.string ?? "") })
  }
}

/// Why a `requestState` does not continue the request that brings it.
enum ContinuationError: Error {
  case notOurs, otherPrincipal, otherRequest, expired

  /// For the client.
  var message: String {
    switch self {
    case .notOurs:
      "requestState is not one that this gateway gave, or it was changed: send it back exactly as "
        + "it came"
    case .otherPrincipal: "requestState was given to another caller"
    case .otherRequest:
      "requestState belongs to another request: send the same method, name and arguments again"
    case .expired: "requestState is older than \(Continuation.lifetime) s: begin the request anew"
    }
  }
}
