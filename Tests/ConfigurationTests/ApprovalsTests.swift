import Configuration
import Testing

@Suite("How people are asked for approval")
struct ApprovalsTests {
  @Test func `everything has a default`() throws {
    let configuration = try read("").configuration
    #expect(configuration.approvals == .init())
    #expect(configuration.approvals.deadline == .seconds(600))
    #expect(configuration.approvals.hold == .seconds(30))
    #expect(configuration.approvals.url == nil)
  }

  @Test func `every key is read`() throws {
    let approvals = try read(
      "approvals: {deadline: 15m, hold: 0s, url: 'https://gate.example.com/'}"
    ).configuration.approvals
    #expect(approvals.deadline == .seconds(900))
    #expect(approvals.hold == .zero)
    #expect(approvals.url == "https://gate.example.com")
  }

  @Test(arguments: [
    ("deadline: 9s", "from 10s to 7d"), ("deadline: 8d", "from 10s to 7d"),
    ("hold: 11m", "to 10m"), ("url: gate.example.com", "scheme and host"),
    ("url: 'https://gate.example.com/x'", "scheme and host"), ("holt: 1s", "did you mean"),
  ])
  func `what cannot be is an error`(key: String, hint: String) {
    let found = errors("approvals: {\(key)}")
    #expect(found.count == 1)
    #expect(found.first?.description.contains(hint) == true, "\(found)")
  }

  @Test(arguments: [
    ("", "http://localhost:8808"),
    ("listen: '0.0.0.0:9000'", nil),
    ("listen: '127.0.0.1:0'", nil),
    ("listen: '[::1]:9000'", "http://localhost:9000"),
    ("listen: '0.0.0.0:9000'\npublic_names: [a.example.com]", "http://a.example.com:9000"),
    (
      "listen: '0.0.0.0:443'\npublic_names: [a.example.com]\ntls: {certificate: c, key: k}",
      "https://a.example.com:443"
    ),
    ("resource: https://b.example.com", "https://b.example.com"),
    ("resource: https://b.example.com\napprovals: {url: 'https://c.test'}", "https://c.test"),
  ])
  func `people reach the console where clients reach the gateway, unless it is said`(
    text: String, url: String?
  ) throws {
    #expect(try read(text).configuration.consoleURL == url)
  }
}
