import Configuration
import Inspection

extension CatalogEntry {
  /// What looks at the things that it lists, knowing the names of what others list.
  /// - Parameter neighbourhood: the names of all entries; its own may be among them.
  func inspector(in neighbourhood: Inspector.Neighbourhood) -> Inspector {
    Inspector(of: configuration.name, tools: toolNames, among: neighbourhood)
  }

  /// The names of entries and of what they list.
  static func neighbourhood(of entries: [CatalogEntry]) -> Inspector.Neighbourhood {
    Inspector.Neighbourhood(
      entries.map { Inspector.Neighbour(server: $0.configuration.name, tools: $0.toolNames) })
  }
}
