internal import Configuration
internal import Glibc
internal import HTTP

/// Posts notices to a webhook. Certificates are verified; redirects are not followed. Confined to
/// the client's loop.
final class WebhookSender {
  private static let answerBytesMax = 16 << 10
  private static let timeout = Duration.seconds(15)

  private let url: HTTPURL
  private let key: [UInt8]
  private let client: HTTPClient
  private let proxy: HTTPProxy?

  init(
    _ webhook: Configuration.ApprovalNotices.Webhook, client: HTTPClient, proxy: HTTPProxy?
  ) throws(HTTPURLError) {
    url = try HTTPURL(webhook.url.reveal())
    key = webhook.secret.reveal()
    self.client = client
    self.proxy = proxy
  }

  /// Posts a notice and waits for the answer.
  func send(_ notice: ApprovalNotice) async throws(NoticeFailure) {
    let now = Int64(time(nil))
    let request = request(for: notice, now: now)
    let answer: (status: Int, retryAfter: String?, body: [UInt8])
    do throws(HTTPClientError) {
      let response = try await client.send(request)
      // The status has decided; a body that is too long or breaks off changes nothing.
      let body = (try? await response.collect(limit: Self.answerBytesMax)) ?? []
      answer = (response.status, response.header("Retry-After"), body)
    } catch {
      throw Self.failure(error)
    }
    if let failure = WebhookAnswer.failure(
      status: answer.status, retryAfter: answer.retryAfter, body: answer.body, now: now)
    {
      throw failure
    }
  }

  private func request(for notice: ApprovalNotice, now: Int64) -> HTTPClientRequest {
    let body = notice.body
    var headers = HTTPHeaders()
    headers.add("Content-Type", "application/json")
    headers.add("User-Agent", "sallyport")
    for field in WebhookSignature.fields(id: notice.id, time: now, body: body, key: key) {
      headers.add(field.name, field.value)
    }
    var request = HTTPClientRequest(method: "POST", url: url, headers: headers, body: body)
    request.proxy = proxy
    request.timeouts.firstByte = Self.timeout
    request.timeouts.total = Self.timeout
    // The receiver tells a repetition by `webhook-id`.
    request.isReplayable = true
    return request
  }

  private static func failure(_ error: HTTPClientError) -> NoticeFailure {
    switch error {
    case .invalidRequest, .refusedAddress, .uncheckableBehindProxy:
      .permanent("the webhook cannot be asked: \(error)")
    default: .temporary("the webhook gave no answer: \(error)")
    }
  }
}

/// What a webhook's answer means.
enum WebhookAnswer {
  /// Bytes of an answer's body that are shown.
  static let shownBytesMax = 200

  /// Nil when the notice was taken.
  /// - Parameter now: seconds since 1970 UTC.
  static func failure(
    status: Int, retryAfter: String?, body: [UInt8], now: Int64
  ) -> NoticeFailure? {
    switch status {
    case 200..<300: nil
    case 300..<400:
      .permanent(
        "the webhook answered \(status); redirects are not followed, name the final URL")
    case 408, 425, 429, 500...:
      .temporary(
        "the webhook answered \(status)\(shown(body))",
        retryAfter: retryAfter.flatMap { RetryAfter.wait($0, now: now) })
    default:
      .permanent("the webhook refused the notice with \(status)\(shown(body))")
    }
  }

  private static func shown(_ body: [UInt8]) -> String {
    guard !body.isEmpty else { return "" }
    return ": " + String(decoding: body.prefix(shownBytesMax), as: UTF8.self)
  }
}
