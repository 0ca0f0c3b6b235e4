import Crypto
import JSON

/// What the `requestState` of a call holds that waits for people: a claim check, which gives no
/// power. Whoever brings it must be the same caller with the same request. A class, because a call
/// keeps it.
final class WaitingState: Sendable {
  /// How often a client that asks again by itself is told to; clients give up at ten, without a
  /// word to their model.
  static let roundsMax = 8

  let approval: String
  let principal: String
  let request: SHA256Digest
  /// 1 for the first.
  let round: Int

  init(approval: String, principal: String, request: SHA256Digest, round: Int) {
    self.approval = approval
    self.principal = principal
    self.request = request
    self.round = round
  }

  /// - Throws: when the cipher cannot be used at all.
  func token(sealedBy seal: StateSeal, at now: Int64) throws(AEADError) -> String {
    var writer = JSONWriter(reservingCapacity: 256)
    writer.beginObject()
    writer.name("approval")
    writer.string(approval)
    writer.name("principal")
    writer.string(principal)
    writer.name("request")
    writer.string(request.hex)
    writer.name("round")
    writer.int(round)
    writer.endObject()
    return try seal.seal(writer.bytes, for: .approval, at: now)
  }

  /// Opens a token for the request that brings it. It has no time of its own: the approval has.
  /// - Throws: what is wrong, for the client.
  static func open(
    _ token: String, sealedBy seal: StateSeal, at now: Int64, principal: String,
    request: SHA256Digest
  ) throws(ContinuationError) -> WaitingState {
    guard let content = seal.open(token, for: .approval, at: now),
      let root = try? JSONDocument(parsing: content).root,
      let approval = root[member: "approval"]?.string,
      let bound = root[member: "principal"]?.string,
      let digest = root[member: "request"]?.string.flatMap(SHA256Digest.init(hex:)),
      let round = root[member: "round"]?.int64
    else { throw .notOurs }
    guard bound == principal else { throw .otherPrincipal }
    guard digest.isEqualInConstantTime(to: request) else { throw .otherRequest }
    return WaitingState(
      approval: approval, principal: bound, request: digest, round: Int(clamping: round))
  }
}
