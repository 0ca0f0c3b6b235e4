/// Somebody who signed in: never an agent, and never an agent's credential.
public struct Person: Sendable, Hashable {
  /// The id of the `Sallyport::Human`, as principals name whom an agent acts for.
  public var name: String
  /// The ids of their `Sallyport::Role`s.
  public var roles: [String]
  /// The id of their `Sallyport::Tenant`, if they have one.
  public var tenant: String?
  /// How and when they signed in.
  public var authentication: Authentication

  /// A person.
  public init(
    name: String, roles: [String] = [], tenant: String? = nil, authentication: Authentication
  ) {
    self.name = name
    self.roles = roles
    self.tenant = tenant
    self.authentication = authentication
  }
}
