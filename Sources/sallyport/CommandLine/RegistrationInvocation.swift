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
  case search(String, registry: String, limit: Int)
  case show(String, registry: String?)
  case add(CatalogAddition)
  /// Members of the card by name; nil takes one away.
  case card(String, members: [String: CardValue], isCleared: Bool)
}

/// A registry's server that is to be added.
struct CatalogAddition: Sendable, Equatable {
  var name: String
  var registry: String
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
