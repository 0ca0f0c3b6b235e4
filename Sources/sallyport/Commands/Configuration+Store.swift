import Catalog
import Configuration
import Glibc

extension Configuration {
  /// With the upstreams that were added while a gateway ran, where its store is and can be read
  /// here. What is wrong with them stops no gateway, so it is a warning.
  /// - Parameter path: of the file.
  func withStore(
    path: String
  ) -> (configuration: Configuration, problems: [ConfigurationProblem]) {
    let store = DataDirectory(dataDirectory).catalogStore
    func warning(_ message: String, at place: String = "") -> ConfigurationProblem {
      ConfigurationProblem(severity: .warning, file: store, path: place, message: message)
    }
    guard access(store, R_OK | W_OK) == 0 else { return (self, []) }
    do {
      let register = try CatalogStore(path: store).register()
      let (whole, problems) = adding(
        register.upstreams, disabled: register.disabled, .ofProcess(path: path))
      return (whole, problems.map { warning($0.reason, at: $0.name) })
    } catch {
      return (self, [warning("cannot be read: \(error)")])
    }
  }
}
