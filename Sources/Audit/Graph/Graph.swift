/// Who did what with what, as far as the ledger says: things and calls, and how they hang together.
public struct Graph: Sendable, Equatable {
  /// A thing or an event.
  public struct Node: Sendable, Equatable {
    /// What it is.
    public enum Kind: String, Sendable, CaseIterable {
      case human, agent, skill, session, credential, call, decision, policy, approval, server, tool
      case data, result
    }

    /// What it is.
    public var kind: Kind
    /// What it is told by among its kind.
    public var name: String
    /// More, by name.
    public var details: [Detail]
  }

  /// A fact about a node.
  public struct Detail: Sendable, Equatable {
    /// What it says.
    public var name: String
    /// The fact.
    public var value: String
  }

  /// How one node relates to another; nodes by their index.
  public struct Edge: Sendable, Equatable {
    /// How.
    public enum Relation: String, Sendable {
      case delegates, runs, of, by, under, to, used, `for`, because, generatedBy
      case readBy, writtenBy, partOf
    }

    /// The node it goes out from.
    public var from: Int
    /// The node it leads to.
    public var to: Int
    /// How they relate.
    public var relation: Relation
    /// How it is drawn.
    public var mark: Mark
  }

  /// What is told of an edge by shape, dash and label.
  public enum Mark: String, Sendable, CaseIterable {
    case plain, denied, asked, approved
    /// Carries what a label of the flow of information forbids. No record says so yet.
    case tainted
  }

  /// Everything there is, in the order in which the calls name it.
  public private(set) var nodes: [Node] = []
  /// How it hangs together.
  public private(set) var edges: [Edge] = []
  /// The decisions that it was made of, oldest first.
  public private(set) var calls: [GraphCall] = []
  /// Decisions that belong to it and were left out, since there would be too many nodes.
  public private(set) var omitted = 0

  // Used while it is made.
  private var places: [Key: Int] = [:]
  private var edgePlaces: [EdgeKey: Int] = [:]
  /// Marks that the last call overwrote.
  private var overwritten: [(place: Int, mark: Mark)] = []

  /// Whether nodes, edges, calls and the count of what was left out are the same.
  public static func == (left: Graph, right: Graph) -> Bool {
    left.nodes == right.nodes && left.edges == right.edges && left.calls == right.calls
      && left.omitted == right.omitted
  }

  private struct Key: Hashable {
    var kind: Node.Kind
    var name: String
  }

  private struct EdgeKey: Hashable {
    var from: Int
    var to: Int
    var relation: Edge.Relation
  }

  /// A graph of calls, oldest first.
  /// - Parameters:
  ///   - nodesMax: nodes beyond which calls are left out.
  ///   - omitted: calls that were left out before.
  public init(calls: [GraphCall], nodesMax: Int, omitted: Int = 0) {
    self.omitted = omitted
    for (index, call) in calls.enumerated() {
      let (nodeCount, edgeCount) = (nodes.count, edges.count)
      overwritten.removeAll()
      add(call)
      guard nodes.count <= nodesMax || index == 0 else {
        takeBack(nodes: nodeCount, edges: edgeCount)
        self.omitted += calls.count - index
        break
      }
    }
    places = [:]
    edgePlaces = [:]
    overwritten = []
  }

  /// Takes back what the last call added.
  private mutating func takeBack(nodes nodeCount: Int, edges edgeCount: Int) {
    calls.removeLast()
    nodes.removeSubrange(nodeCount...)
    for (place, mark) in overwritten.reversed() { edges[place].mark = mark }
    edges.removeSubrange(edgeCount...)
  }

  private mutating func add(_ call: GraphCall) {
    calls.append(call)
    let node = self.node(
      .call, call.call,
      [("time", "\(call.time)"), ("method", call.method), ("run", call.run), ("trace", call.trace)])
    let agent = call.agent.map { self.node(.agent, $0, [("tenant", call.tenant)]) }
    let human = call.human.map { self.node(.human, $0) }
    if let human, let agent { edge(human, agent, .delegates) }
    if var from = human {
      // The chain, from the human on.
      for actor in call.actors.reversed() {
        let actor = self.node(.agent, actor)
        edge(from, actor, .delegates)
        from = actor
      }
      if let agent, !call.actors.isEmpty { edge(from, agent, .delegates) }
    }
    if !call.skill.isEmpty {
      let skill = self.node(
        .skill, call.skill.short, [("digest", call.skill.digest), ("version", call.skill.version)])
      if let agent { edge(agent, skill, .runs) }
      edge(node, skill, .under)
    }
    if let session = call.session {
      let session = self.node(.session, session)
      if let agent { edge(session, agent, .of) }
      if let human { edge(session, human, .of) }
      edge(node, session, .by)
    } else if let agent {
      edge(node, agent, .by)
    }
    if let credential = call.credential {
      edge(node, self.node(.credential, credential), .used)
    }
    if let parent = call.parent, parent != call.call {
      edge(node, self.node(.call, parent), .partOf)
    }
    addTool(call, node)
    addDecision(call, node)
    addData(call, node)
  }

  private mutating func addTool(_ call: GraphCall, _ node: Int) {
    guard let server = call.server else { return }
    let serverNode = self.node(.server, server)
    guard let tool = call.tool else { return edge(node, serverNode, .to, call.mark) }
    let toolNode = self.node(
      .tool, "\(server)__\(tool)", [("digest", call.toolDigest), ("effect", call.effect)])
    edge(node, toolNode, .to, call.mark)
    edge(toolNode, serverNode, .of)
  }

  private mutating func addDecision(_ call: GraphCall, _ node: Int) {
    let decision = self.node(
      .decision, "\(call.decision) \(call.sequence)",
      [("sequence", "\(call.sequence)"), ("reason", call.reason), ("remedies", call.remedies)])
    edge(decision, node, .for, call.mark)
    for policy in call.policies {
      let version = call.policyVersion.map { "@" + ShortDigest.of($0) } ?? ""
      edge(decision, self.node(.policy, policy + version), .because, call.mark)
    }
    for approval in call.approvals {
      let approvalNode = self.node(
        .approval, "\(approval.event) \(approval.sequence)",
        [
          ("time", "\(approval.time)"), ("waitedMicroseconds", approval.waited.map { "\($0)" }),
          ("authentication", approval.authentication),
        ])
      edge(approvalNode, node, .of, approval.mark)
      if let approver = approval.approver {
        edge(approvalNode, self.node(.human, approver), .by, approval.mark)
      }
    }
  }

  private mutating func addData(_ call: GraphCall, _ node: Int) {
    if let digest = call.arguments.digest {
      let data = self.node(.data, ShortDigest.of(digest), call.arguments.details)
      edge(data, node, call.effect == "read" ? .readBy : .writtenBy, call.mark)
    }
    if let outcome = call.outcome {
      let result = self.node(
        .result, outcome.result.digest.map(ShortDigest.of) ?? "\(outcome.sequence)",
        [("status", outcome.status)] + outcome.result.details)
      edge(result, node, .generatedBy)
    }
  }

  private mutating func node(
    _ kind: Node.Kind, _ name: String, _ details: [(String, String?)] = []
  ) -> Int {
    let known = details.compactMap { detail in
      detail.1.map { Detail(name: detail.0, value: $0) }
    }
    let key = Key(kind: kind, name: name)
    if let place = places[key] {
      // A call that was only named as a parent may become known.
      if nodes[place].details.isEmpty { nodes[place].details = known }
      return place
    }
    places[key] = nodes.count
    nodes.append(Node(kind: kind, name: name, details: known))
    return nodes.count - 1
  }

  private mutating func edge(
    _ from: Int, _ to: Int, _ relation: Edge.Relation, _ mark: Mark = .plain
  ) {
    let key = EdgeKey(from: from, to: to, relation: relation)
    if let place = edgePlaces[key] {
      overwritten.append((place, edges[place].mark))
      edges[place].mark = mark
    } else {
      edgePlaces[key] = edges.count
      edges.append(Edge(from: from, to: to, relation: relation, mark: mark))
    }
  }
}
