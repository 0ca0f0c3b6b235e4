import JSON
import Testing

@testable import MCP

@Suite("What OAuth clients are told")
struct ProtectedResourceTests {
  private let resource = ProtectedResource(
    url: "https://gateway.example.com",
    authorizationServers: ["https://login.example.com", "https://other.example.com"],
    scopes: ["mcp", "tools"], proofAlgorithms: ["ES256"])

  @Test(
    arguments: [
      ("", ""), ("/", ""), ("/mcp", "/mcp"), ("/mcp/dev", "/mcp/dev"),
      ("/servers/git/mcp", "/servers/git/mcp"), ("/sse", "/sse"),
    ])
  func `the metadata are about the resource whose path they stand at`(
    path: String, resource path2: String
  ) throws {
    let metadata = try #require(
      resource.metadata(at: "/.well-known/oauth-protected-resource" + path))
    let root = try JSONDocument(parsing: metadata).root
    #expect(root[member: "resource"]?.string == "https://gateway.example.com" + path2)
    #expect(
      root[member: "authorization_servers"]?.elements.compactMap(\.string)
        == ["https://login.example.com", "https://other.example.com"])
    #expect(root[member: "scopes_supported"]?.elements.compactMap(\.string) == ["mcp", "tools"])
    #expect(root[member: "bearer_methods_supported"]?.elements.compactMap(\.string) == ["header"])
    #expect(root[member: "dpop_bound_access_tokens_required"] == nil)
  }

  @Test(
    arguments: [
      "/.well-known/oauth-protected-resource/admin", "/.well-known/oauth-protected-resourcemcp",
      "/.well-known/oauth-authorization-server", "/mcp", "",
      "/.well-known/oauth-protected-resource//",
    ])
  func `there are no metadata elsewhere`(path: String) {
    #expect(resource.metadata(at: path) == nil)
  }

  @Test func `who shows no token learns where to get one, and no error`() {
    let failure = AuthenticationFailure(message: "a bearer token is required")
    #expect(
      ProtectedResource.challenge(failure, resource, path: "/mcp/dev")
        == #"Bearer resource_metadata="https://gateway.example.com/.well-known/"#
        + #"oauth-protected-resource/mcp/dev", scope="mcp tools""#)
    #expect(ProtectedResource.challenge(failure, nil, path: "/mcp") == "Bearer")
  }

  @Test func `who shows a wrong one learns the error of its kind`() {
    let invalid = AuthenticationFailure(message: "the \"token\"\r\n", error: .invalidToken)
    #expect(invalid.status == 401)
    #expect(
      ProtectedResource.challenge(invalid, resource, path: "/mcp").hasSuffix(
        #", scope="mcp tools", error="invalid_token", error_description="the token""#))
    let scope = AuthenticationFailure(
      message: "no", error: .insufficientScope, scopes: ["tools"])
    #expect(scope.status == 403)
    #expect(
      ProtectedResource.challenge(scope, resource, path: "/mcp").contains(
        #"scope="tools", error="insufficient_scope""#))
    let proof = AuthenticationFailure(message: "no", error: .invalidProof)
    #expect(
      ProtectedResource.challenge(proof, resource, path: "/mcp").hasPrefix(
        "DPoP resource_metadata="))
    #expect(
      ProtectedResource.challenge(proof, resource, path: "/mcp").contains(#"algs="ES256""#))
    #expect(AuthenticationFailure(message: "no", error: .unavailable).status == 503)
  }

  @Test func `the two schemes of tokens are told apart`() {
    func fields(_ value: String, proof: String? = nil) -> HTTPRequestFields {
      var fields = HTTPRequestFields()
      fields.add("Authorization".utf8Span.span, value.utf8Span.span)
      if let proof { fields.add("dpop".utf8Span.span, proof.utf8Span.span) }
      return fields
    }
    #expect(fields("Bearer a.b.c").bearerToken == "a.b.c")
    #expect(fields("Bearer a.b.c").boundToken == nil)
    #expect(fields("DPoP  a.b.c ", proof: "p").boundToken == "a.b.c")
    #expect(fields("DPoP a", proof: "p").proof == "p")
    #expect(fields("dpop a").bearerToken == nil)
    #expect(fields("Basic a").boundToken == nil)
    var twice = fields("DPoP a", proof: "p")
    twice.add("DPoP".utf8Span.span, "q".utf8Span.span)
    #expect(twice.duplicate == "DPoP")
  }
}
