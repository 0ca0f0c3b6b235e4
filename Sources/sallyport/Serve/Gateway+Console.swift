import Configuration
import Console

/// The pages for people.
extension Gateway {
  func makeConsole() -> Console {
    Console(
      people: people,
      sites: ConsoleSites(
        url: configuration.resource,
        names: configuration.publicNames + [configuration.listen.host]))
  }
}
