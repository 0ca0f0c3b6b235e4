import Crypto
import HTTP
import Testing

@testable import Export

@Suite struct WebhookTests {
  private func failure(
    _ status: Int, retryAfter: String? = nil, location: String? = nil, body: String = ""
  ) -> DeliveryFailure? {
    WebhookAnswer.failure(
      status: status, retryAfter: retryAfter, location: location, body: Array(body.utf8),
      now: 784_111_777)
  }

  @Test(arguments: 200...599)
  func `each status is taken, tried again, or final`(status: Int) {
    switch (status, failure(status)) {
    case (200..<300, nil): break
    case (408, .temporary?), (425, .temporary?), (429, .temporary?), (500..., .temporary?): break
    case (300..<500, .permanent?): #expect(![408, 425, 429].contains(status))
    default: Issue.record("\(status)")
    }
  }

  @Test func `the reason says what to do`() {
    #expect(
      failure(302, location: "https://other/")?.reason
        == "the webhook answered 302 to https://other/; redirects are not followed, name the final"
        + " URL")
    #expect(failure(413)?.reason.contains("--batch-bytes") == true)
    #expect(failure(401)?.reason.contains("--token") == true)
    #expect(failure(422, body: "no such field")?.reason.contains("422: no such field") == true)
    #expect(failure(500, body: String(repeating: "x", count: 9_999))?.reason.utf8.count == 226)
  }

  @Test(
    arguments: [
      ("120", 120), ("0", 0), ("99999999999999999999", 1 << 32),
      ("Sun, 06 Nov 1994 08:49:37 GMT", 0), ("Sun, 06 Nov 1994 08:51:37 GMT", 120),
      ("Tue, 29 Feb 2000 00:00:00 GMT", 951_782_400 - 784_111_777),
      ("Fri, 31 Dec 1999 23:59:59 GMT", 946_684_799 - 784_111_777),
      ("", nil), ("-1", nil), ("1.5", nil), ("soon", nil), ("Sun, 06 Nov 1994 08:49:37 CET", nil),
      ("Sun, 06 Foo 1994 08:49:37 GMT", nil), ("Sunday, 06-Nov-94 08:49:37 GMT", nil),
    ] as [(String, Int?)])
  func `a wish to wait is seconds or a date`(text: String, seconds: Int?) {
    #expect(RetryAfter.wait(text, now: 784_111_777) == seconds.map { .seconds($0) })
    let asked = failure(503, retryAfter: text)
    #expect(
      asked
        == .temporary(
          "the webhook answered 503", retryAfter: seconds.map { .seconds($0) }))
  }

  @Test func `a signature covers the time and the body`() {
    let key = Array("a secret between us".utf8)
    // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac 'a secret between us'
    #expect(
      WebhookSignature.value(of: Array(#"{"a":1}"#.utf8), key: key, time: 1_700_000_000)
        == "t=1700000000,v1=6a0bb8a86a8499ac95ac6f2d470948eeeb18e16840c13fa6f11cd629dd0aa22d")
  }

  @Test func `bodies have the media type of their form`() {
    let items = ["{}", "[]"].enumerated().map {
      ExportItem(sequence: UInt64($0.offset), leafHash: "", bytes: Array($0.element.utf8))
    }
    func body(_ format: ExportFormat, _ count: Int = 2, isBatched: Bool = true) -> String {
      let body = WebhookBody(
        ExportBatch(Array(items.prefix(count))), as: format, isBatched: isBatched)
      return "\(body.contentType) | \(String(decoding: body.bytes, as: UTF8.self))"
    }
    #expect(
      body(.cloudevents) == "application/cloudevents-batch+json; charset=UTF-8 | [{},[]]")
    #expect(body(.cloudevents, 1) == "application/cloudevents-batch+json; charset=UTF-8 | [{}]")
    #expect(
      body(.cloudevents, 1, isBatched: false)
        == "application/cloudevents+json; charset=UTF-8 | {}")
    #expect(body(.ocsf) == "application/x-ndjson | {}\n[]\n")
  }
}
