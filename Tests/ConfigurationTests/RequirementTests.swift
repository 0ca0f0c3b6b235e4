import Testing

@testable import Configuration

@Suite("What endpoints require, and proxies")
struct RequirementTests {
  private func load(_ yaml: String) throws -> Configuration {
    try Configuration.read(
      ConfigurationInput(path: "test.yaml", text: Array(yaml.utf8))
    ).configuration
  }

  private func problems(_ yaml: String) -> [String] {
    do throws(ConfigurationErrors) {
      _ = try Configuration.read(ConfigurationInput(path: "test.yaml", text: Array(yaml.utf8)))
      return []
    } catch {
      return error.errors.map { "\($0.path): \($0.message)" }
    }
  }

  @Test func `nothing is required unless it is said`() throws {
    let configuration = try load("profiles: {a: {}}")
    #expect(configuration.requirement.isEmpty)
    #expect(configuration.profiles[0].requirement.isEmpty)
    #expect(configuration.trustedProxies == nil)
  }

  @Test func `a requirement says all that can be said`() throws {
    let configuration = try load(
      """
      require: {human: true}
      profiles:
        a:
          require:
            proof: any
            authentication: {max_age: 15m, acr: "urn:2", amr: [pwd, otp]}
      """)
    #expect(configuration.requirement == Configuration.Requirement(human: true))
    #expect(
      configuration.profiles[0].requirement
        == Configuration.Requirement(
          proof: .any,
          authentication: Configuration.Requirement.Authentication(
            maxAge: .seconds(900), contexts: ["urn:2"], methods: ["pwd", "otp"])))
  }

  @Test func `certificates are required only where clients are asked for them`() throws {
    let mtls = "require: {proof: mtls}"
    #expect(problems(mtls) == ["require.proof: clients are asked for no certificates"])
    let tls = "tls: {certificate: c.pem, key: k.pem, client_certificates: a.pem}\n"
    #expect(try load(tls + mtls).tls?.clientAuthorities?.hasSuffix("/a.pem") == true)
    let issuer =
      "resource: https://g.example.com\nissuers: {a: {issuer: 'https://x.example', proof: mtls}}\n"
    #expect(problems(issuer).count == 1)
    #expect(problems(tls + issuer) == [])
  }

  @Test(
    arguments: [
      ("require: {proof: none}", "require.proof"), ("require: {humans: true}", "require"),
      ("require: {authentication: {max_age: 10}}", "require.authentication.max_age"),
      ("require: {authentication: {acr: []}}", "require.authentication.acr"),
      ("trusted_proxies: {}", "trusted_proxies"),
      ("trusted_proxies: {addresses: []}", "trusted_proxies"),
      ("trusted_proxies: {addresses: [proxy.example]}", "trusted_proxies.addresses[0]"),
      ("trusted_proxies: {addresses: [10.0.0.0/33]}", "trusted_proxies.addresses[0]"),
      ("trusted_proxies: {addresses: [10.0.0.1], header: x-real-ip}", "trusted_proxies.header"),
    ])
  func `what is wrong is named by its place`(yaml: String, path: String) {
    #expect(problems(yaml).contains { $0.hasPrefix(path) }, "\(problems(yaml))")
  }

  @Test func `proxies are addresses and one field`() throws {
    let configuration = try load(
      "trusted_proxies: {addresses: [10.0.0.0/8, \"fd00::1\"], header: forwarded}")
    #expect(
      configuration.trustedProxies
        == Configuration.TrustedProxies(
          addresses: ["10.0.0.0/8", "fd00::1"], field: .forwarded))
  }
}
