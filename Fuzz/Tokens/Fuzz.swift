import Crypto
import Identity

/// Where results end, so that the optimiser keeps the work. The fuzzer has one thread.
nonisolated(unsafe) var sink = 0

/// Reads the bytes as the keys of an issuer, as the claims of a token, and as a token.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  keys(bytes)
  if let claims = try? TokenClaims(bytes) { read(claims) }
  if let text = String(validating: bytes, as: UTF8.self) { token(text) }
  return 0
}

func keys(_ bytes: [UInt8]) {
  guard let set = try? KeySet(json: bytes, algorithms: SignatureAlgorithm.allCases) else { return }
  precondition((1...KeySet.keysMax).contains(set.count), "a set without keys, or with too many")
  for algorithm in SignatureAlgorithm.allCases {
    for key in set.candidates(id: nil, algorithm: algorithm) {
      precondition(key.kind == algorithm.keyKind, "a key for an algorithm of another kind")
      precondition(
        !key.isValid([UInt8](repeating: 0, count: 64), for: bytes, by: algorithm),
        "a signature of zeros holds")
    }
  }
  sink &+= set.count &+ set.skipped
}

func read(_ claims: TokenClaims) {
  precondition(claims.audience.count <= 64 && claims.actors.count <= 8, "more than the bound")
  for time in [claims.expiresAt, claims.notBefore, claims.issuedAt] {
    precondition(time.map { (0..<253_402_300_800).contains($0) } ?? true, "an impossible time")
  }
  sink &+= claims.scopes.count
}

func token(_ text: String) {
  guard let jws = try? CompactJWS(text) else {
    sink &+= 1
    return
  }
  precondition(CompactJWS.resembles(text), "a token that does not resemble one")
  let again =
    String(decoding: jws.signed, as: UTF8.self) + "." + Base64URL.encode(jws.signature)
  precondition(again == text, "two texts are one token")
  precondition(jws.header[member: "crit"] == nil, "what must be understood is not")
  if let claims = try? TokenClaims(jws.payload) { read(claims) }
}
