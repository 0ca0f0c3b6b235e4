public import JSON

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

  /// All upstreams' names and those of their tools, looked through once for all inspectors.
  public final class Neighbourhood: Sendable {
    fileprivate let tools: NameIndex
    fileprivate let servers: NameIndex

    /// The upstreams that there are.
    public init(_ neighbours: [Neighbour]) {
      tools = NameIndex(
        neighbours.flatMap { neighbour in neighbour.tools.map { ($0, neighbour.server) } })
      servers = NameIndex(neighbours.map { ($0.server, $0.server) })
    }
  }

  private let server: String
  private let ownTools: Set<String>
  private let others: Neighbourhood

  /// An inspector for one upstream among others.
  /// - Parameters:
  ///   - tools: the upstream's own tools, whose names it may use freely.
  ///   - others: it may be among them.
  public init(of server: String, tools: [String] = [], among others: Neighbourhood) {
    self.server = server
    ownTools = Set(tools.map { $0.lowercased() })
    self.others = others
  }

  /// As above.
  public init(of server: String, tools: [String] = [], among neighbours: [Neighbour]) {
    self.init(of: server, tools: tools, among: Neighbourhood(neighbours))
  }

  /// What is suspicious about the upstream itself.
  /// - Parameter identity: what is run, or where it is reached, with the texts that a person reads;
  ///   nil for the name alone.
  public func serverSignals(of identity: JSONNode? = nil) -> [Signal] {
    var collector = SignalCollector()
    if let finding = NameSignals.server(server, among: others.servers) {
      collector.add(finding, at: "")
    }
    guard let identity else { return collector.result() }
    let isWhole = DefinitionWalk.walk(identity, bytes: Self.textMax) { path, step in
      guard case .string(let text, _) = step else { return }
      for finding in HiddenText.find(in: InspectedText(text), isRendered: false) {
        collector.add(finding, at: DefinitionWalk.pointer(path))
      }
    }
    if !isWhole { collector.add(Self.notInspected, at: "") }
    return collector.result()
  }

  private static let notInspected = Finding(
    "not-inspected", .block, "",
    "It has more than \(textMax) bytes of text, and the rest was not looked at.")

  /// What is suspicious about one thing of the upstream, in the order of places.
  public func signals(of item: InspectedItem) -> [Signal] {
    var collector = SignalCollector()
    if item.kind == .tool,
      let finding = NameSignals.tool(item.name, of: server, among: others.tools)
    {
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
    if !isWhole { collector.add(Self.notInspected, at: "") }
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
    return Instructions.Scope(own: own) { [others, ownTools, server] name in
      if ownTools.contains(name.lowercased()) { return nil }
      if let split = name.firstRange(of: "__") {
        // A public name says which upstream it is of.
        let prefix = name[..<split.lowerBound].lowercased()
        return prefix == server.lowercased()
          ? nil : others.servers.server(of: prefix, notOf: server)
      }
      return others.tools.server(of: name, notOf: server)
    }
  }
}
