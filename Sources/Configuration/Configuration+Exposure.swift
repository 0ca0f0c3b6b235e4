extension Configuration {
  /// What an endpoint lists of the tools that it has. It changes what is listed and nothing else:
  /// policies decide on each call.
  public struct Exposure: Sendable, Equatable {
    /// How tools are made known (`expose`).
    public var mode: Mode
    /// Public names, in which `*` stands for any characters, of the tools that `hybrid` lists
    /// (`favourites`).
    public var favourites: [String]

    /// The ways to make tools known.
    public enum Mode: String, Sendable, CaseIterable {
      /// Every tool is listed.
      case all
      /// Three tools are listed, with which the others are found, described and called.
      case search
      /// These three and the favourites are listed.
      case hybrid
    }

    /// Lists everything unless told otherwise.
    public init(mode: Mode = .all, favourites: [String] = []) {
      self.mode = mode
      self.favourites = favourites
    }

    /// Whether a public name is that of a favourite.
    public func favours(_ name: String) -> Bool {
      favourites.contains { ToolFilter.matches(name, $0) }
    }
  }
}
