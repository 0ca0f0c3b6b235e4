import Testing

@testable import Admin

@Suite("Requests about one upstream")
struct UpstreamRouteTests {
  @Test(
    arguments: [
      ("DELETE", "/v1/upstreams/a", UpstreamRoute.Verb.remove),
      ("POST", "/v1/upstreams/a/enable", .enable), ("POST", "/v1/upstreams/a/restart", .restart),
      ("GET", "/v1/upstreams/a/logs", .logs), ("PUT", "/v1/upstreams/a/card", .card),
    ])
  func `are told by method and path`(method: String, path: String, verb: UpstreamRoute.Verb) {
    let route = UpstreamRoute(method, path)
    #expect(route?.name == "a")
    #expect(route?.verb == verb)
  }

  @Test(
    arguments: [
      ("GET", "/v1/upstreams/a"), ("DELETE", "/v1/upstreams/"), ("POST", "/v1/upstreams/a/logs"),
      ("DELETE", "/v1/upstreams/a/remove"), ("POST", "/v1/upstreams/a/enable/b"),
      ("POST", "/v1/upstreams//enable"), ("POST", "/v1/upstreams/a/approve"),
    ])
  func `are nothing else`(method: String, path: String) {
    #expect(UpstreamRoute(method, path) == nil)
  }
}
