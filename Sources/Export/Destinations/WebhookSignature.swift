internal import Crypto

/// The header that proves to a receiver that a batch is ours and not an old one sent again.
///
/// `t` is the time in seconds since 1970, `v1` the HMAC-SHA-256 of `t`, a full stop and the body
/// under the shared key, in hexadecimal digits.
enum WebhookSignature {
  static let header = "Sallyport-Signature"

  static func value(of body: [UInt8], key: [UInt8], time: Int64) -> String {
    let signed = Array("\(time).".utf8) + body
    return "t=\(time),v1=\(HMACSHA256.authenticate(signed, key: key).hex)"
  }
}
