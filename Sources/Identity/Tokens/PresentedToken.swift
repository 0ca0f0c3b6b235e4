public import Crypto

/// A token as a client shows it.
public struct PresentedToken: Sendable {
  /// The token.
  public let text: String
  /// Names it: what is kept of it.
  public let digest: SHA256Digest
  /// The proof that it came with, where the scheme was `DPoP`.
  public let proof: HolderProof?
  /// The SHA-256 of the client's certificate of the connection, base64url; nil when it showed none.
  public let certificate: String?

  /// A token as it came.
  public init(_ text: String, proof: HolderProof? = nil, certificate: String? = nil) {
    self.text = text
    digest = SHA256.hash(utf8: text)
    self.proof = proof
    self.certificate = certificate
  }

  /// As records name it.
  var credential: String { String(digest.hex.prefix(16)) }
}
