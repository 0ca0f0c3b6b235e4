import Testing

@testable import Configuration

@Suite("Issuers")
struct IssuerTests {
  private func load(_ yaml: String) throws -> LoadedConfiguration {
    try Configuration.read(
      ConfigurationInput(
        path: "test.yaml", text: Array(yaml.utf8), environment: ["SECRET": "hush"]))
  }

  private func problems(_ yaml: String) -> [String] {
    do throws(ConfigurationErrors) {
      _ = try Configuration.read(ConfigurationInput(path: "test.yaml", text: Array(yaml.utf8)))
      return []
    } catch {
      return error.errors.map { "\($0.path): \($0.message)" }
    }
  }

  @Test func `an issuer has safe defaults`() throws {
    let configuration = try load(
      """
      resource: https://gateway.example.com/
      issuers: {corp: {issuer: "https://login.example.com"}}
      """
    ).configuration
    #expect(configuration.resource == "https://gateway.example.com")
    let issuer = try #require(configuration.issuers.first)
    #expect(issuer == Configuration.Issuer(name: "corp", issuer: "https://login.example.com"))
    #expect(issuer.prefix == "corp/")
    #expect(issuer.claims.roles == nil)
    #expect(!issuer.allowsPrivateAddresses)
  }

  @Test func `an issuer says all that can be said`() throws {
    let configuration = try load(
      """
      resource: http://127.0.0.1:8808
      issuers:
        corp:
          issuer: http://127.0.0.1:9000/realm
          audience: api://x
          algorithms: [ES256]
          scopes: [mcp]
          type: at+jwt
          proof: required
          skew: 5s
          claims: {agent: azp, human: email, roles: /a/b, tenant: tid}
          prefix: "c:"
          clients: {x: desktop}
          roles: [employee]
          private_addresses: true
          ca: ca.pem
          introspection:
            url: https://login.example.com/i
            client_id: g
            client_secret: {env: SECRET}
            cache: 30s
      profiles: {dev: {agents: [desktop, corp/y]}}
      """
    ).configuration
    let issuer = try #require(configuration.issuers.first)
    #expect(issuer.audience == ["api://x"])
    #expect(issuer.algorithms == ["ES256"])
    #expect(issuer.requiresType)
    #expect(issuer.proof == .required)
    #expect(issuer.skew == .seconds(5))
    #expect(issuer.claims.agent == ["azp"])
    #expect(issuer.clients == ["x": "desktop"])
    #expect(issuer.introspection?.clientSecret.reveal() == "hush")
    #expect(issuer.introspection?.cache == .seconds(30))
    #expect(!"\(configuration)".contains("hush"))
    #expect(configuration.profiles.first?.agents == ["desktop", "corp/y"])
  }

  @Test(
    arguments: [
      (
        #"issuers: {a: {issuer: "https://x.example"}}"#,
        "issuers: tokens cannot be for this gateway"
      ),
      ("issuers: {a: {}}", "issuers.a: `issuer` is missing"),
      (#"issuers: {a: {issuer: "http://x.example"}}"#, "issuers.a.issuer: `http://x.example` goes"),
      (#"issuers: {a: {issuer: "https://x.example?a"}}"#, "is not such a URL"),
      (#"issuers: {a: {issuer: "https://u@x.example"}}"#, "is not such a URL"),
      (#"issuers: {A: {issuer: "https://x.example"}}"#, "cannot be an issuer's name"),
      (
        #"issuers: {a: {issuer: "https://x.example", algorithms: [none]}}"#,
        "`none` is not an algorithm"
      ),
      (#"issuers: {a: {issuer: "https://x.example", algorithms: [HS256]}}"#, "`HS256`"),
      (#"issuers: {a: {issuer: "https://x.example", algorithms: []}}"#, "names no algorithm"),
      (#"issuers: {a: {issuer: "https://x.example", skew: 10m}}"#, "out of range"),
      (#"issuers: {a: {issuer: "https://x.example", scopes: ["a b"]}}"#, "is not a scope"),
      (#"issuers: {a: {issuer: "https://x.example", type: jwt}}"#, "`jwt` is not known"),
      (
        #"issuers: {a: {issuer: "https://x.example"}, b: {issuer: "https://x.example"}}"#,
        "are the same issuer"
      ),
      (
        #"issuers: {a: {issuer: "https://x.example", introspection: {url: "https://x.example"}}}"#,
        "is not complete"
      ),
      (
        #"issuers: {a: {issuer: "https://x.example", introspection: {cache: 10m}}}"#,
        "introspection.cache: is out of range"
      ),
      (
        "agents: {a/x: {token: abcdefghijklmnopqrst}}\n"
          + #"issuers: {a: {issuer: "https://x.example"}}"#, "that clients of this issuer have"
      ),
      (#"issuers: {a: {issuer: "https://x.example", clients: {x: operator}}}"#, "`operator`"),
      ("resource: https://x.example/path", "resource: `https://x.example/path`"),
      ("resource: x.example", "is not such a URL"),
      ("profiles: {p: {agents: [a/x]}}", "there is no agent `a/x`"),
    ])
  func `what cannot work is an error`(yaml: String, problem: String) {
    let problems = problems(yaml)
    #expect(problems.contains { $0.contains(problem) }, "\(problems)")
  }
}
