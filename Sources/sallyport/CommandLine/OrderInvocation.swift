import Orders

/// What is to be done with stops.
enum KillInvocation: Sendable, Equatable {
  case stop(StopTarget, reason: String, keepsTokens: Bool)
  case list
  case show(id: String)
  case lift(id: String, reason: String)
}
