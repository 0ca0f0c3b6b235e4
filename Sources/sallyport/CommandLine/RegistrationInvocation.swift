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
  case importing(ImportRequest)
  case catalog(CatalogInvocation)
}

/// What is to be imported.
struct ImportRequest: Sendable, Equatable {
  /// None mean the places where programs usually have their files.
  var files: [String] = []
  /// The programs; none mean all.
  var clients: [String] = []
  /// The names of the servers; none mean all.
  var names: [String] = []
  var isDryRun = false
  /// Whether nobody is to be asked.
  var isConfirmed = false
}

/// What is to be done with a catalog.
enum CatalogInvocation: Sendable, Equatable {
  case list(CatalogFilter)
  case search(String, registry: RegistrySource, limit: Int)
  case show(String, registry: RegistrySource?)
  case add(CatalogAddition)
  /// Members of the card by name; nil takes one away.
  case card(String, members: [String: CardValue], isCleared: Bool)
}

/// The servers of the catalog that are meant; all unless something is said.
struct CatalogFilter: Sendable, Equatable {
  var owner: String?
  var risk: String?
  /// Whether those alone whose review is overdue.
  var isOverdue = false
}

/// A registry's server that is to be added.
struct CatalogAddition: Sendable, Equatable {
  var name: String
  var registry: RegistrySource
  /// What it is to be called; nil for its own name.
  var alias: String?
  var way: String?
  /// `NAME=value`.
  var values: [String] = []
  var isDryRun = false
}

/// A member of a card.
enum CardValue: Sendable, Equatable {
  case text(String)
  case list([String])
}
