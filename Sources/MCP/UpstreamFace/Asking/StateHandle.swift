import Crypto

/// Names a call that waits for its client. Who knows it can answer for the client, so it cannot be
/// guessed: 128 random bits.
enum StateHandle {
  static func random() -> String { Hex.encode(SecureRandom.bytes(16)) }
}
