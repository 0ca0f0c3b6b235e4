import Crypto
import JSON

/// What the `requestState` of a call holds that waits for people: a claim check, which gives no
/// power. Whoever brings it must be the same caller with the same request.
struct WaitingState {
  let approval: String
  let principal: String
  let request: SHA256Digest

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
    writer.endObject()
    return try seal.seal(writer.bytes, for: .approval, at: now)
  }

  /// Opens a token for the request that brings it. It has no time of its own: the approval has.
  /// - Throws: what is wrong, for the client.
  static func open(
    _ token: String, sealedBy seal: StateSeal, at now: Int64, principal: String,
    request: SHA256Digest
  ) throws(ContinuationError) -> String {
    guard let content = seal.open(token, for: .approval, at: now),
      let root = try? JSONDocument(parsing: content).root,
      let approval = root[member: "approval"]?.string,
      let bound = root[member: "principal"]?.string,
      let digest = root[member: "request"]?.string.flatMap(SHA256Digest.init(hex:))
    else { throw .notOurs }
    guard bound == principal else { throw .otherPrincipal }
    guard digest.isEqualInConstantTime(to: request) else { throw .otherRequest }
    return approval
  }
}
