import Audit
import JSON
import Testing

@Suite("The graph of an incident")
struct GraphTests {
  /// A call with its part, one that was denied, and one that was asked about and approved.
  static func incident() throws -> Journal {
    let journal = try Journal()
    let claims = """
      ,"session":"s1","traceparent":"00-\(String(repeating: "b", count: 32))-00f067aa0ba902b7-01",\
      "claims":{"run":"r1","skill":{"name":"fix","version":"1","digest":"\(Journal.digest("s"))"}}
      """
    journal.decide(1, more: claims)
    journal.end(1)
    journal.decide(2, tool: "files__read", effect: "read", more: #","parent":"\#(Journal.id(1))""#)
    journal.end(2)
    journal.decide(
      3, "deny", agent: "other", tool: "github__delete_repo", effect: "destructive", policies: [],
      more: #","reason":"no policy permits this""#)
    journal.decide(4, "ask", tool: "pay__send", more: #","remedies":["approval"]"# + claims)
    for event in ["requested", "approved"] {
      journal.add(
        """
        "kind":"approval","event":"\(event)","call":"\(Journal.id(4))","approver":"bo",\
        "waited_us":2000000
        """)
    }
    journal.decide(4, tool: "pay__send", more: claims)
    journal.add(
      #""kind":"erasure","records":[0,1],"roles":["arguments","result"],"reason":"asked""#)
    return journal
  }

  private func nodes(_ graph: Graph, _ kind: Graph.Node.Kind) -> [String] {
    graph.nodes.filter { $0.kind == kind }.map(\.name)
  }

  private func edges(_ graph: Graph) -> Set<String> {
    Set(
      graph.edges.map { edge in
        let (from, to) = (graph.nodes[edge.from], graph.nodes[edge.to])
        return "\(from.kind) \(edge.relation) \(to.kind) \(edge.mark)"
      })
  }

  @Test func `who acts for whom stands as a chain, and an approval says how people signed in`()
    throws
  {
    let journal = try Journal()
    journal.add(
      """
      "kind":"decision","call":"\(Journal.id(1))","decision":"ask","method":"tools/call",\
      "principal":{"agent":"a","human":"ana","actors":["now","before"]},"server":"s","tool":"t"
      """)
    for event in ["requested", "approved"] {
      journal.add(
        """
        "kind":"approval","approval":"apr_1","event":"\(event)","call":"\(Journal.id(1))",\
        "approver":"bo","authentication":{"age":3,"context":"gold","methods":["hwk","pin"]}
        """)
    }
    journal.add(
      #""kind":"approval","approval":"apr_1","event":"used","call":"\#(Journal.id(2))""#)
    journal.add(
      """
      "kind":"decision","call":"\(Journal.id(2))","decision":"allow","method":"tools/call",\
      "principal":{"agent":"a","human":"ana","actors":["now","before"]},"server":"s","tool":"t"
      """)
    let graph = try journal.ask(GraphQuestion.self, ["call": Journal.id(2)])
    let call = try #require(graph.calls.first)
    #expect(call.actors == ["now", "before"])
    #expect(call.approvals.map(\.event) == ["requested", "approved", "used"])
    #expect(call.approvals[1].authentication == "hwk pin at gold")
    let delegations = graph.edges.filter { $0.relation == .delegates }.map {
      "\(graph.nodes[$0.from].name) \(graph.nodes[$0.to].name)"
    }
    #expect(Set(delegations) == ["ana a", "ana before", "before now", "now a"])
  }

  @Test func `a call stands with its parts, in all relations that records name`() throws {
    let journal = try Self.incident()
    let graph = try journal.ask(GraphQuestion.self, ["call": String(Journal.id(1).suffix(12))])
    #expect(graph.calls.map(\.call) == [Journal.id(1), Journal.id(2)])
    #expect(graph.omitted == 0)
    #expect(
      edges(graph) == [
        "human delegates agent plain", "agent runs skill plain", "call under skill plain",
        "session of agent plain", "session of human plain", "call by session plain",
        "call by agent plain", "call used credential plain", "call partOf call plain",
        "call to tool plain", "tool of server plain", "decision for call plain",
        "decision because policy plain", "data writtenBy call plain", "data readBy call plain",
        "result generatedBy call plain",
      ])
    #expect(nodes(graph, .tool) == ["github__create_issue", "files__read"])
    #expect(graph.calls[0].arguments.isErased && graph.calls[0].outcome?.result.isErased == true)
    #expect(!graph.calls[1].arguments.isErased)
    #expect(graph.calls[0].arguments.digest == Journal.digest("a1"))
    // From the part to the whole.
    #expect(try journal.ask(GraphQuestion.self, ["call": Journal.id(2)]).calls.count == 2)
    #expect(try journal.ask(GraphQuestion.self, ["call": "ffff"]).calls.isEmpty)
  }

  @Test func `the end of several identifiers names none of them`() throws {
    let journal = try Journal()
    journal.decide(0x1a)
    journal.decide(0x2a)
    let error = #expect(throws: AuditError.self) {
      try journal.ask(GraphQuestion.self, ["call": "a"])
    }
    #expect(error?.description.contains(Journal.id(0x1a)) == true)
    #expect(try journal.ask(GraphQuestion.self, ["call": "1A"]).calls.count == 1)
  }

  @Test func `trace, run and agent name the same incident`() throws {
    let journal = try Self.incident()
    let trace = try journal.ask(GraphQuestion.self, ["trace": "bbbb"])
    #expect(trace.calls.map(\.sequence) == [0, 5, 8])
    #expect(try journal.ask(GraphQuestion.self, ["run": "r1"]) == trace)
    let agent = try journal.ask(
      GraphQuestion.self, ["agent": "triage", "since": "2026-11-21T10:00:02Z"])
    #expect(agent.calls.map(\.sequence) == [2, 5, 8])
  }

  @Test func `denied, asked and approved edges are told apart`() throws {
    let journal = try Self.incident()
    let denied = try journal.ask(GraphQuestion.self, ["agent": "other"])
    #expect(edges(denied).contains("call to tool denied"))
    let pay = try journal.ask(GraphQuestion.self, ["call": Journal.id(4)])
    #expect(edges(pay).contains("approval of call approved"))
    #expect(edges(pay).contains("approval of call asked"))
    #expect(edges(pay).contains("approval by human approved"))
    #expect(edges(pay).contains("call to tool approved"))
    #expect(nodes(pay, .decision).count == 2)
  }

  @Test func `at the limit of nodes calls are left out and counted`() throws {
    let journal = try Journal()
    for call in 0..<100 { journal.decide(call) }
    let graph = try journal.ask(GraphQuestion.self, ["agent": "triage", "limit": "30"])
    #expect(graph.nodes.count <= 30)
    #expect(graph.calls.count + graph.omitted == 100)
    #expect(graph.calls.count == 8)
    for edge in graph.edges {
      #expect(edge.from < graph.nodes.count && edge.to < graph.nodes.count)
    }
    for format in GraphFormat.allCases {
      #expect(graph.drawn(as: format).contains("truncated"), "\(format)")
    }
  }

  @Test func `calls that name each other as their parent end the search`() throws {
    let journal = try Journal()
    journal.decide(1, more: #","parent":"\#(Journal.id(2))""#)
    journal.decide(2, more: #","parent":"\#(Journal.id(1))""#)
    journal.decide(3, more: #","parent":"\#(Journal.id(3))""#)
    #expect(try journal.ask(GraphQuestion.self, ["call": Journal.id(1)]).calls.count == 2)
    #expect(try journal.ask(GraphQuestion.self, ["call": Journal.id(3)]).calls.count == 1)
  }
}
