import Crypto

/// The keys under which is sealed what clients carry for us: one secret, of which every day has a
/// key of its own, so that no key seals more messages than AES-GCM bears.
public struct StateKeys: Sendable {
  /// The size of the secret.
  public static let secretBytes = 32
  private static let secondsPerDay: Int64 = 86_400

  private let secret: [UInt8]

  /// Nil unless the secret has 32 bytes.
  public init?(secret: [UInt8]) {
    guard secret.count == Self.secretBytes else { return nil }
    self.secret = secret
  }

  /// Keys that end with the process, for what nobody carries further.
  public init() { secret = SecureRandom.bytes(Self.secretBytes) }

  /// The day of a time in seconds since 1970 UTC, by which its key is named.
  static func day(of time: Int64) -> UInt32 { UInt32(clamping: time / secondsPerDay) }

  /// The key of a day: HMAC-SHA-256 of its name under the secret.
  func key(ofDay day: UInt32) -> [UInt8] {
    HMACSHA256.authenticate(Array("sallyport state \(day)".utf8), key: secret).bytes
  }
}
