/// A graph in Graphviz' language.
enum DOTDrawing {
  static func text(of graph: Graph) -> String {
    var text = "digraph incident {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n"
    if let omission = graph.omission { text += "  label=\(TextEscape.dot(omission));\n" }
    for (id, node) in graph.nodes.enumerated() {
      let label = "\(node.kind.rawValue): \(node.name)"
      let details = node.details.map { "\($0.name): \($0.value)" }.joined(separator: ", ")
      text += "  n\(id) [shape=\(shape(node.kind)), label=\(TextEscape.dot(label))"
      text += ", tooltip=\(TextEscape.dot(details))];\n"
    }
    for edge in graph.edges {
      text += "  n\(edge.from) -> n\(edge.to) [label=\(TextEscape.dot(edge.label))"
      text += "\(style(edge.mark))];\n"
    }
    return text + "}\n"
  }

  private static func shape(_ kind: Graph.Node.Kind) -> String {
    switch kind {
    case .human: "house"
    case .agent: "box3d"
    case .skill: "component"
    case .session: "tab"
    case .credential: "cds"
    case .call: "box"
    case .decision: "diamond"
    case .policy: "note"
    case .approval: "octagon"
    case .server: "folder"
    case .tool: "hexagon"
    case .data, .result: "cylinder"
    }
  }

  private static func style(_ mark: Graph.Mark) -> String {
    switch mark {
    case .plain: ""
    case .denied: ", style=dashed, arrowhead=tee"
    case .asked: ", style=dotted, arrowhead=odot"
    case .approved: ", style=bold, arrowhead=normalnormal"
    case .tainted: ", style=\"dashed,bold\", arrowhead=odiamond"
    }
  }
}
