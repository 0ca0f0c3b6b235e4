/// Looks at what an upstream would show to a model. Pure and deterministic.
public struct Inspector: Sendable {
  /// The other upstreams' names and those of their tools: what can be imitated or referred to.
  public struct Neighbour: Sendable {
    /// The upstream's name.
    public let server: String
    /// Its tools' own names.
    public let tools: [String]

    /// Another upstream.
    public init(server: String, tools: [String]) {
      self.server = server
      self.tools = tools
    }
  }

  private let server: String
  private let neighbours: [Neighbour]

  /// An inspector for one upstream among others.
  public init(of server: String, among neighbours: [Neighbour]) {
    self.server = server
    self.neighbours = neighbours
  }

  /// What is suspicious about one thing of the upstream, in the order of places.
  public func signals(of item: InspectedItem) -> [Signal] { [] }
}
