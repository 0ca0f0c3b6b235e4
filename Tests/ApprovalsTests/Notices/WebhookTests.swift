import Crypto
import HTTP
import JSON
import Testing

@testable import Approvals

@Suite("The webhook of approvals")
struct WebhookTests {
  /// The example of Standard Webhooks 1.0.
  @Test func `a message is signed as Standard Webhooks say`() throws {
    let key = try #require(Base64.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
    let fields = WebhookSignature.fields(
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek", time: 1_614_265_330,
      body: Array(#"{"test": 2432232314}"#.utf8), key: key)
    #expect(
      fields.map { "\($0.name): \($0.value)" } == [
        "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp: 1614265330",
        "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
      ])
  }

  @Test func `a body names who asks for what, and holds no arguments`() throws {
    let root = try JSONDocument(parsing: ApprovalNotice.sample().body).root
    #expect(root[member: "type"]?.string == "approval.requested")
    #expect(root[member: "timestamp"]?.string == "2023-11-14T22:13:20.000Z")
    let data = try #require(root[member: "data"])
    #expect(
      data.members.map(\.name) == [
        "id", "event", "tool", "server", "agent", "human", "effect", "remedies",
        "argumentsDigest", "deadline", "answers", "link",
      ])
    #expect(data[member: "link"]?.string == "https://gate.example/console/approvals/apr_1")
  }

  @Test(arguments: [200, 201, 204, 299])
  func `2xx is taken`(status: Int) {
    #expect(WebhookAnswer.failure(status: status, retryAfter: nil, body: [], now: 0) == nil)
  }

  @Test(arguments: [408, 425, 429, 500, 503])
  func `a busy receiver is asked again`(status: Int) {
    let failure = WebhookAnswer.failure(
      status: status, retryAfter: "7", body: Array("later".utf8), now: 0)
    #expect(
      failure
        == .temporary("the webhook answered \(status): later", retryAfter: .seconds(7)))
  }

  @Test(arguments: [301, 400, 401, 404, 410])
  func `a no is final, and redirects are not followed`(status: Int) throws {
    let failure = try #require(
      WebhookAnswer.failure(status: status, retryAfter: nil, body: [], now: 0))
    guard case .permanent = failure else {
      Issue.record("not final: \(failure)")
      return
    }
    #expect(failure.reason.contains("\(status)"))
  }
}
