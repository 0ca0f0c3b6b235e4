import JSON

/// Looks at what an upstream would show to a model. Pure and deterministic; what it finds is advice
/// for a person, and what it does not find may be there all the same.
public struct Inspector: Sendable {
  /// The most signals of one thing.
  public static let signalsMax = 64
  /// How much text of one thing is looked at, in bytes. What is longer gets the signal
  /// `not-inspected`, which blocks.
  public static let textMax = 1 << 20

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
  private let ownTools: Set<String>
  private let tools: NameIndex
  private let servers: NameIndex

  /// An inspector for one upstream among others.
  /// - Parameter tools: the upstream's own tools, whose names it may use freely.
  public init(of server: String, tools: [String] = [], among neighbours: [Neighbour]) {
    self.server = server
    ownTools = Set(tools.map { $0.lowercased() })
    let others = neighbours.filter { $0.server != server }
    self.tools = NameIndex(
      others.flatMap { neighbour in neighbour.tools.map { ($0, neighbour.server) } })
    servers = NameIndex(others.map { ($0.server, $0.server) })
  }

  /// What is suspicious about the upstream's name.
  public func serverSignals() -> [Signal] {
    var collector = SignalCollector()
    if let finding = NameSignals.server(server, among: servers) { collector.add(finding, at: "") }
    return collector.result()
  }

  /// What is suspicious about one thing of the upstream, in the order of places.
  public func signals(of item: InspectedItem) -> [Signal] {
    var collector = SignalCollector()
    if item.kind == .tool, let finding = NameSignals.tool(item.name, among: tools) {
      collector.add(finding, at: item.definition[member: "name"] == nil ? "" : "/name")
    }
    let scope = scope(of: item)
    let isWhole = DefinitionWalk.walk(item.definition, bytes: Self.textMax) { path, step in
      for finding in findings(step, at: path, of: item, scope) {
        collector.add(finding, at: DefinitionWalk.pointer(path))
      }
    }
    if item.kind == .tool {
      for (place, finding) in AnnotationSignals.find(item.definition, name: item.name) {
        collector.add(finding, at: place)
      }
    }
    if item.kind == .tool || item.kind == .page {
      for (place, finding) in PageSignals.find(item.definition) {
        collector.add(finding, at: place)
      }
    }
    if !isWhole {
      collector.add(
        Finding(
          "not-inspected", .block, "",
          "It has more than \(Self.textMax) bytes of text, and the rest was not looked at."), at: ""
      )
    }
    return collector.result()
  }

  private func findings(
    _ step: DefinitionWalk.Step, at path: [String], of item: InspectedItem,
    _ scope: Instructions.Scope
  ) -> [Finding] {
    switch step {
    case .parameter(let name, let schema):
      return item.kind == .tool ? ParameterSignals.find(name, schema) : []
    case .name(let name):
      // Most names are short words; a sentence can stand in one.
      let text = InspectedText(name)
      return HiddenText.find(in: text) + (name.contains(" ") ? prose(text, scope) : [])
    case .string(let string, let keyword):
      let text = InspectedText(string)
      return HiddenText.find(in: text) + prose(text, scope)
        + (keyword.flatMap { ParameterSignals.fixed($0, text) }.map { [$0] } ?? [])
    }
  }

  private func prose(_ text: InspectedText, _ scope: Instructions.Scope) -> [Finding] {
    guard text.ascii.count >= 8 else { return [] }
    return Markup.find(in: text) + Instructions.find(in: text, scope) + EncodedText.find(in: text)
  }

  private func scope(of item: InspectedItem) -> Instructions.Scope {
    var own: Set<String> = []
    func add(_ name: String) {
      let text = InspectedText(name)
      own.insert(text.string(text.ascii.indices).lowercased())
    }
    add(item.name)
    if let schema = item.definition[member: "inputSchema"] {
      _ = DefinitionWalk.walk(schema, bytes: Self.textMax) { _, step in
        if case .name(let name) = step { add(name) }
      }
    }
    if let arguments = item.definition[member: "arguments"] {
      for argument in arguments.elements { argument[member: "name"]?.string.map(add) }
    }
    return Instructions.Scope(own: own) { [tools, servers, ownTools, server] name in
      if ownTools.contains(name.lowercased()) { return nil }
      if let split = name.firstRange(of: "__") {
        // A public name says which upstream it is of.
        let prefix = name[..<split.lowerBound].lowercased()
        return prefix == server.lowercased() ? nil : servers.server(of: prefix)
      }
      return tools.server(of: name)
    }
  }
}
