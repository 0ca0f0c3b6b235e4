import Testing

@testable import MCP

@Suite("What a path of the HTTP client face names")
struct ClientFaceRouteTests {
  @Test(
    "endpoints, over both transports",
    arguments: [
      ("/mcp", Endpoint.everything), ("/mcp/", .everything), ("/mcp/dev", .profile("dev")),
      ("/mcp/dev/", .profile("dev")), ("/mcp/mcp", .profile("mcp")),
      ("/servers/github/mcp", .server("github")), ("/servers/github/mcp/", .server("github")),
      ("/servers/a%20b%C3%BC/mcp", .server("a bü")), ("/mcp/%2e%2e", .profile("..")),
    ])
  func endpoints(path: String, endpoint: Endpoint) {
    #expect(
      HTTPFaceRoute(path: path) == HTTPFaceRoute(endpoint: endpoint, transport: .streamable))
    let events =
      path.hasPrefix("/servers") ? path.replacing("/mcp", with: "/sse") : "/sse" + path.dropFirst(4)
    #expect(HTTPFaceRoute(path: events) == HTTPFaceRoute(endpoint: endpoint, transport: .events))
  }

  @Test(
    "other paths name nothing",
    arguments: [
      "", "/", "mcp", "/MCP", "/mcp//", "/mcp/a/b", "/servers", "/servers/mcp", "/servers//mcp",
      "/servers/a/b/mcp", "/servers/a/mcp/b", "/servers/a", "/mcp/%", "/mcp/%2", "/mcp/%zz",
      "/mcp/a%2Fb", "/mcp/%00", "/mcp/%ff", "/mcp/%C3", "/mcp%2Fa",
      "/mcp/" + String(repeating: "a", count: 129),
    ])
  func nothing(path: String) {
    #expect(HTTPFaceRoute(path: path) == nil)
  }
}
