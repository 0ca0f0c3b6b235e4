import Crypto
import JSON

/// A public key in JSON (RFC 7517, RFC 7518 §6, RFC 8037 §2).
struct PublicJWK: Sendable {
  let key: SignatureKey
  let id: String?
  /// The one algorithm that it is for, if it says so.
  let algorithm: String?
  /// Its digest over the members that make it (RFC 7638), base64url.
  let thumbprint: String

  /// Nil for what is no public key to verify with: other kinds and uses, private or shared keys,
  /// impossible sizes.
  init?(_ node: JSONNode) {
    guard node.kind == .object, !Self.isSecret(node), Self.isForVerifying(node) else { return nil }
    func bytes(_ name: StaticString) -> [UInt8]? {
      node[member: name]?.string.flatMap { Base64URL.decode($0) }
    }
    let curve = node[member: "crv"]?.string
    let members: [(String, String)]
    func text(_ name: StaticString) -> String { node[member: name]?.string ?? "" }
    do throws(SignatureKeyError) {
      switch (node[member: "kty"]?.string, curve) {
      case ("RSA", nil):
        guard let n = bytes("n"), let e = bytes("e") else { return nil }
        key = try SignatureKey(rsaModulus: n, exponent: e)
        members = [("e", text("e")), ("kty", "RSA"), ("n", text("n"))]
      case ("EC", .some(let curve)) where curve == "P-256" || curve == "P-384":
        guard let x = bytes("x"), let y = bytes("y") else { return nil }
        key = try SignatureKey(p: curve == "P-256" ? .p256 : .p384, x: x, y: y)
        members = [("crv", curve), ("kty", "EC"), ("x", text("x")), ("y", text("y"))]
      case ("OKP", "Ed25519"):
        guard let x = bytes("x") else { return nil }
        key = try SignatureKey(ed25519: x)
        members = [("crv", "Ed25519"), ("kty", "OKP"), ("x", text("x"))]
      default: return nil
      }
    } catch {
      return nil
    }
    id = node[member: "kid"]?.string
    if let stated = node[member: "alg"] {
      guard let stated = stated.string else { return nil }
      algorithm = stated
    } else {
      algorithm = nil
    }
    var writer = JSONWriter(reservingCapacity: 512)
    writer.beginObject()
    for (name, value) in members {
      writer.name(name)
      writer.string(value)
    }
    writer.endObject()
    thumbprint = SHA256.hash(writer.bytes).base64URL
  }

  private static func isSecret(_ node: JSONNode) -> Bool {
    node[member: "d"] != nil || node[member: "k"] != nil || node[member: "p"] != nil
      || node[member: "q"] != nil
  }

  private static func isForVerifying(_ node: JSONNode) -> Bool {
    if let use = node[member: "use"], use.string != "sig" { return false }
    guard let operations = node[member: "key_ops"] else { return true }
    return operations.kind == .array && operations.elements.contains { $0.equals("verify") }
  }
}
