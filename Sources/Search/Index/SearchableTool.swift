/// One tool as the search sees it.
public struct SearchableTool: Sendable, Equatable {
  /// What tells it from all others; also the order of equals.
  public var id: String
  /// What its server calls it.
  public var name: String
  /// Its title for people.
  public var title: String?
  /// What it does.
  public var description: String
  /// What it takes, also within objects and lists.
  public var parameters: [Parameter]
  /// Its server's name.
  public var server: String
  /// What its server says of itself: a description or instructions.
  public var serverText: String?
  /// Words that somebody filed it under.
  public var tags: [String]
  /// Uses in words.
  public var examples: [String]

  /// A parameter, or a member of one.
  public struct Parameter: Sendable, Equatable {
    /// Its name; members of members have only their own.
    public var name: String
    /// Its type, as JSON Schema names it, perhaps `string[]` or `string|null`; empty when unknown.
    public var type: String
    /// What it is for.
    public var text: String
    /// The values that it may have, as far as they are strings.
    public var values: [String]
    /// Whether a call must have it.
    public var isRequired: Bool
    /// How deep it stands; 0 is an argument of the call.
    public var depth: Int

    /// A parameter; see the members.
    public init(
      name: String, type: String = "", text: String = "", values: [String] = [],
      isRequired: Bool = false, depth: Int = 0
    ) {
      self.name = name
      self.type = type
      self.text = text
      self.values = values
      self.isRequired = isRequired
      self.depth = depth
    }
  }

  /// A tool; see the members.
  public init(
    id: String, name: String, title: String? = nil, description: String = "",
    parameters: [Parameter] = [], server: String, serverText: String? = nil, tags: [String] = [],
    examples: [String] = []
  ) {
    self.id = id
    self.name = name
    self.title = title
    self.description = description
    self.parameters = parameters
    self.server = server
    self.serverText = serverText
    self.tags = tags
    self.examples = examples
  }
}
