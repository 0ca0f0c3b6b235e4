/// A graph as a Mermaid flowchart.
enum MermaidDrawing {
  static func text(of graph: Graph) -> String {
    var text = "flowchart LR\n"
    if let omission = graph.omission { text += "  %% \(omission)\n" }
    for (id, node) in graph.nodes.enumerated() {
      let (open, close) = shape(node.kind)
      let label = TextEscape.mermaid("\(node.kind.rawValue): \(node.name)")
      text += "  n\(id)\(open)\(label)\(close)\n"
    }
    for edge in graph.edges {
      text += "  n\(edge.from) \(arrow(edge.mark))|\(TextEscape.mermaid(edge.label))| n\(edge.to)\n"
    }
    return text
  }

  private static func shape(_ kind: Graph.Node.Kind) -> (String, String) {
    switch kind {
    case .human: ("([", "])")
    case .agent: ("[[", "]]")
    case .skill, .policy: (">", "]")
    case .decision: ("{", "}")
    case .approval: ("{{", "}}")
    case .data, .result: ("[(", ")]")
    case .server, .session: ("[/", "/]")
    case .tool: ("(", ")")
    case .call, .credential: ("[", "]")
    }
  }

  private static func arrow(_ mark: Graph.Mark) -> String {
    switch mark {
    case .plain: "-->"
    case .denied: "-.-x"
    case .asked: "-.-o"
    case .approved: "==>"
    case .tainted: "==x"
    }
  }
}
