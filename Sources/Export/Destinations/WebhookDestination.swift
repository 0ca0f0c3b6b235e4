internal import Glibc
public import HTTP

/// How a webhook is reached.
public struct WebhookConfiguration: Sendable {
  /// Where batches are posted to.
  public var url: HTTPURL
  /// Sent as `Authorization: Bearer`.
  public var token: String?
  /// Signs each request.
  public var signingKey: [UInt8]?
  /// A PEM file of authorities to trust instead of the system's.
  public var certificateAuthorities: String?
  /// The proxies to use.
  public var proxy: HTTPProxy?
  /// How long an answer may take.
  public var timeout = Duration.seconds(60)
  /// Whether CloudEvents are sent as batches.
  public var isBatched = true

  /// A webhook without credentials.
  public init(url: HTTPURL) {
    self.url = url
  }
}

/// Posts batches over HTTP. Certificates are verified; redirects are not followed.
public final class WebhookDestination: ExportDestination {
  private static let answerBytesMax = 64 << 10

  private let configuration: WebhookConfiguration
  private let format: ExportFormat
  private let client: HTTPClient

  /// A destination on the client's loop.
  public init(_ configuration: WebhookConfiguration, as format: ExportFormat, client: HTTPClient) {
    self.configuration = configuration
    self.format = format
    self.client = client
  }

  /// Always nil.
  public var outputBytes: Int? { nil }

  /// Posts the batch and waits for the answer.
  public func deliver(_ batch: ExportBatch) async throws(DeliveryFailure) {
    let now = Int64(time(nil))
    let request = request(for: batch, now: now)
    let answer: (status: Int, retryAfter: String?, location: String?, body: [UInt8])
    do throws(HTTPClientError) {
      let response = try await client.send(request)
      // The status has decided; a body that is too long or breaks off changes nothing.
      let body = (try? await response.collect(limit: Self.answerBytesMax)) ?? []
      answer = (
        response.status, response.header("Retry-After"), response.header("Location"), body
      )
    } catch {
      throw Self.failure(error)
    }
    if let failure = WebhookAnswer.failure(
      status: answer.status, retryAfter: answer.retryAfter, location: answer.location,
      body: answer.body, now: now)
    {
      throw failure
    }
  }

  private func request(for batch: ExportBatch, now: Int64) -> HTTPClientRequest {
    let body = WebhookBody(batch, as: format, isBatched: configuration.isBatched)
    var headers = HTTPHeaders()
    headers.add("Content-Type", body.contentType)
    headers.add("User-Agent", "sallyport")
    if let token = configuration.token { headers.add("Authorization", "Bearer \(token)") }
    if let key = configuration.signingKey {
      headers.add(
        WebhookSignature.header, WebhookSignature.value(of: body.bytes, key: key, time: now))
    }
    var request = HTTPClientRequest(
      method: "POST", url: configuration.url, headers: headers, body: body.bytes)
    request.certificateAuthorities = configuration.certificateAuthorities
    request.proxy = configuration.proxy
    request.timeouts.firstByte = configuration.timeout
    request.timeouts.total = configuration.timeout
    // Delivery is at least once, so a repeated request is no more than that.
    request.isReplayable = true
    return request
  }

  private static func failure(_ error: HTTPClientError) -> DeliveryFailure {
    switch error {
    case .untrusted, .invalidRequest, .refusedAddress, .uncheckableBehindProxy:
      .permanent("the webhook cannot be asked: \(error)")
    default: .temporary("the webhook gave no answer: \(error)")
    }
  }
}
