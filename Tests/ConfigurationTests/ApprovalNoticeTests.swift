import Configuration
import Testing

@Suite("Who is told of approvals")
struct ApprovalNoticeTests {
  private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

  private func notices(
    _ block: String, secret: String = ApprovalNoticeTests.secret
  ) throws -> Configuration.ApprovalNotices {
    try read("approvals: \(block)", environment: ["SECRET": secret]).configuration.approvals.notices
  }

  private func problems(_ block: String, secret: String = ApprovalNoticeTests.secret) -> [String] {
    errors("approvals: \(block)", environment: ["SECRET": secret])
      .map { "\($0.path) \($0.message)" }
  }

  @Test func `nobody unless it says so`() throws {
    #expect(try notices("{deadline: 5m}") == Configuration.ApprovalNotices())
  }

  @Test func `a webhook has a URL, of which a part may be a secret, and a key`() throws {
    let webhook = try #require(
      try notices("{webhook: {url: 'https://chat.test/${TOKEN}', secret: {env: SECRET}}}").webhook)
    #expect(webhook.url.description == "https://chat.test/${TOKEN}")
    #expect(webhook.url.reveal() == "https://chat.test/0123456789abcdef-token")
    #expect(webhook.secret.reveal().count == 24)
    #expect(webhook.secret.reveal().prefix(3) == [0x31, 0xF2, 0x90])
    #expect("\(webhook)".contains("***"))
  }

  @Test(arguments: ["http://127.0.0.1:9/h", "http://[::1]/h", "http://localhost/h"])
  func `http stays on this machine`(url: String) throws {
    #expect(try notices("{webhook: {url: '\(url)', secret: {env: SECRET}}}").webhook != nil)
  }

  @Test(
    arguments: [
      "http://chat.test/h", "http://127.0.0.1.chat.test/h", "http://localhost@chat.test/h",
      "ftp://chat.test", "chat.test",
    ])
  func `what goes over the network in clear, or is no URL, is refused`(url: String) {
    let found = problems("{webhook: {url: '\(url)', secret: {env: SECRET}}}")
    #expect(found.contains { $0.hasPrefix("approvals.webhook.url") })
  }

  @Test(
    arguments: [
      "", "whsec_", "short", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", "whsec_AAAA",
      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa!!", "whsec_" + String(repeating: "AAAA", count: 22),
    ])
  func `a key that is none is refused, and not shown`(secret: String) {
    let found = problems(
      "{webhook: {url: 'https://chat.test', secret: {env: SECRET}}}", secret: secret)
    #expect(found == ["approvals.webhook.secret is no key for Standard Webhooks"])
  }

  @Test func `a key in the file itself is refused`() {
    let found = problems("{webhook: {url: 'https://chat.test', secret: '\(Self.secret)'}}")
    #expect(found == ["approvals.webhook.secret stands in the file itself"])
    #expect(problems("{webhook: {url: 'https://chat.test'}}").count == 1)
  }

  @Test func `a notification is a program with its arguments, and no shell`() throws {
    #expect(try notices("{notify: [notify-send, 'a b', 7]}").notify == ["notify-send", "a b", "7"])
    #expect(!problems("{notify: []}").isEmpty)
    #expect(!problems("{notify: ['']}").isEmpty)
    #expect(!problems("{notify: notify-send}").isEmpty)
  }
}
