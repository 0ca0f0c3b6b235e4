import Testing

/// One gateway for all tests of a suite that change nothing in it: started before the first,
/// stopped after the last.
struct SharedGateway: SuiteTrait, TestScoping {
  @TaskLocal fileprivate static var current: Gateway?

  let start: @Sendable () throws -> Gateway

  func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let gateway = try await withTaskExecutorPreference(BlockingThreads.shared) { try start() }
    try await Self.$current.withValue(gateway) { try await function() }
    let code = try await withTaskExecutorPreference(BlockingThreads.shared) { try gateway.stop() }
    #expect(code == 0, "the shared gateway did not stop well")
  }
}

extension Trait where Self == SharedGateway {
  /// The tests of this suite share the gateway that `start` makes.
  static func gateway(_ start: @escaping @Sendable () throws -> Gateway) -> SharedGateway {
    SharedGateway(start: start)
  }
}

/// The gateway of the suite that runs.
var gateway: Gateway {
  get throws { try #require(SharedGateway.current, "this suite has no shared gateway") }
}
