/// Somebody who just proved who they are; what a session is made of.
///
/// Each way of signing in ends with one of these. An account of this gateway is named, so that its
/// present roles count; a person of an issuer brings roles and tenant along.
public struct SignedIn: Sendable, Equatable {
  /// Who says who they are.
  public enum Source: Sendable, Hashable {
    /// An account of this gateway.
    case account
    /// An issuer of the configuration, by its name.
    case issuer(String)
  }

  /// The id of the `Sallyport::Human`.
  public var name: String
  /// Who vouches for it.
  public var source: Source
  /// From an issuer: the ids of the `Sallyport::Role`s. Those of an account are looked up.
  public var roles: [String]
  /// From an issuer: the id of the `Sallyport::Tenant`.
  public var tenant: String?
  /// How and when.
  public var authentication: Authentication
  /// From an issuer: its name of the session (`sid`), by which it may end it.
  public var issuerSession: String?

  /// Somebody who signed in.
  public init(
    name: String, source: Source, roles: [String] = [], tenant: String? = nil,
    authentication: Authentication, issuerSession: String? = nil
  ) {
    self.name = name
    self.source = source
    self.roles = roles
    self.tenant = tenant
    self.authentication = authentication
    self.issuerSession = issuerSession
  }
}
