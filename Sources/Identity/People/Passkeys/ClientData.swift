import Crypto
import JSON

/// What the browser says that it was asked (WebAuthn Level 3 §5.8.1).
struct ClientData: Equatable {
  enum Purpose: String, Sendable {
    case create = "webauthn.create"
    case get = "webauthn.get"
  }

  let purpose: Purpose
  let challenge: [UInt8]
  let origin: String

  static let bytesMax = 4096

  /// Nil for what is none, and for a page within another site's page.
  init?(_ bytes: [UInt8]) {
    guard bytes.count <= Self.bytesMax, let root = try? JSONDocument(parsing: bytes).root,
      let purpose = root[member: "type"]?.string.flatMap(Purpose.init),
      let challenge = root[member: "challenge"]?.string.flatMap(Base64URL.decode),
      let origin = root[member: "origin"]?.string,
      root[member: "crossOrigin"]?.bool != true, root[member: "topOrigin"] == nil
    else { return nil }
    self.purpose = purpose
    self.challenge = challenge
    self.origin = origin
  }
}
