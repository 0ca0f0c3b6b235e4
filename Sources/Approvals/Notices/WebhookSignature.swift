internal import Crypto
public import HTTP

/// The fields that prove to a receiver that a message is ours, and not an old one sent again.
///
/// Source: Standard Webhooks 1.0, «Webhook headers» and «Signature scheme».
public enum WebhookSignature {
  /// `webhook-id`, `webhook-timestamp` and `webhook-signature` of a message.
  /// - Parameter time: of this try, in seconds since 1970 UTC.
  public static func fields(
    id: String, time: Int64, body: [UInt8], key: [UInt8]
  ) -> [HTTPField] {
    let signed = Array("\(id).\(time).".utf8) + body
    let signature = HMACSHA256.authenticate(signed, key: key).bytes
    return [
      HTTPField(name: "webhook-id", value: id),
      HTTPField(name: "webhook-timestamp", value: "\(time)"),
      HTTPField(name: "webhook-signature", value: "v1,\(Base64.encode(signature))"),
    ]
  }
}
