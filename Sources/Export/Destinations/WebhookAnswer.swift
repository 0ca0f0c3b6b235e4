internal import HTTP

/// What a webhook's answer means.
enum WebhookAnswer {
  /// Bytes of an answer's body that are shown.
  static let shownBytesMax = 200

  /// Nil when the batch was taken.
  /// - Parameter now: seconds since 1970.
  static func failure(
    status: Int, retryAfter: String?, location: String?, body: [UInt8], now: Int64
  ) -> DeliveryFailure? {
    switch status {
    case 200..<300: return nil
    case 300..<400:
      let target = location.map { " to \($0)" } ?? ""
      return .permanent(
        "the webhook answered \(status)\(target); redirects are not followed, name the final URL")
    case 408, 425, 429, 500...:
      return .temporary(
        "the webhook answered \(status)\(shown(body))",
        retryAfter: retryAfter.flatMap { RetryAfter.wait($0, now: now) })
    case 401, 403:
      return .permanent("the webhook refused us with \(status)\(shown(body)); check --token")
    case 413:
      return .permanent(
        "the webhook finds the batch too large (413)\(shown(body)); lower --batch-bytes")
    default:
      return .permanent(
        "the webhook refused the batch with \(status)\(shown(body)); "
          + "nothing was skipped, the same batch comes first when it is tried again")
    }
  }

  private static func shown(_ body: [UInt8]) -> String {
    guard !body.isEmpty else { return "" }
    return ": " + String(decoding: body.prefix(shownBytesMax), as: UTF8.self)
  }
}
