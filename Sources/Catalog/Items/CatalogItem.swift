/// One thing that an upstream lists.
public protocol CatalogItem: AnyObject, Sendable {
  /// What aggregated endpoints call it: the public name or URI.
  var publicID: String { get }
  /// What its upstream calls it.
  var ownID: String { get }
  /// The server's name in the configuration.
  var server: String { get }
  /// Its JSON text for aggregated endpoints.
  var definition: [UInt8] { get }
  /// Its JSON text as it came, for the server's own endpoint.
  var ownDefinition: [UInt8] { get }
}

/// Why something that an upstream lists is not offered.
public struct ItemProblem: Sendable, Hashable {
  /// The list it stands in.
  public let list: CatalogList
  /// The upstream's own name or URI of it, cut to 128 characters.
  public let name: String
  /// What is wrong with it, for a person.
  public let reason: String

  init(_ list: CatalogList, _ name: String, _ reason: String) {
    self.list = list
    self.name = String(name.prefix(128))
    self.reason = reason
  }
}
