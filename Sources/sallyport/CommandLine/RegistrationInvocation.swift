/// What is to be done with upstreams.
enum RegistrationInvocation: Sendable, Equatable {
  case add(ServerSpecification, isDryRun: Bool)
  case remove(String)
  case enable(String, Bool)
  case restart(String)
  case logs(String, follow: Bool)
  case test(String)
  /// Tests a server that need not be registered.
  case trial(ServerSpecification)
}
