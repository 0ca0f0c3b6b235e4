/// What is to be done with grants.
enum GrantInvocation: Sendable, Equatable {
  case give(GrantRequest)
  case list
  case show(id: String)
  case revoke(id: String, reason: String?)
}

/// A grant that is asked for.
struct GrantRequest: Sendable, Equatable {
  var agent: String?
  var human: String?
  var tool: String
  var condition: String?
  /// In seconds.
  var lifetime: Int64
  var reason: String
  var isDryRun = false
}
