public import Crypto

/// A token as a client shows it.
public struct PresentedToken: Sendable {
  /// The token.
  public let text: String
  /// Names it: what is kept of it.
  public let digest: SHA256Digest
  /// The proof that it came with, where the scheme was `DPoP`.
  public let proof: HolderProof?

  /// A token as it came.
  public init(_ text: String, proof: HolderProof? = nil) {
    self.text = text
    digest = SHA256.hash(utf8: text)
    self.proof = proof
  }

  /// As records name it.
  var credential: String { String(digest.hex.prefix(16)) }
}
