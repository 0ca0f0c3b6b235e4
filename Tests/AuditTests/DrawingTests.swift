import JSON
import Testing

@testable import Audit

@Suite("Drawings of a graph")
struct DrawingTests {
  /// Names that try to leave their place in every format, and to disturb a terminal.
  static let hostile = [
    "\"];n0->n1[label=\"x", "</text><script>alert(1)</script>", "a\nb\r\nc\td", "\u{1b}[31mred",
    "\u{202e}reversed\u{2066}", "]] --> n0[\"x\"]", "`code` #quot; &amp; &#60; \\N \\", "\0nul",
    "\u{FFFF}\u{FFFE}", "%% comment", "'; --", "",
  ]

  private static func graph(_ name: String) -> Graph {
    var calls: [GraphCall] = []
    for (number, decision) in ["allow", "deny", "ask", "allow"].enumerated() {
      var call = GraphCall(
        sequence: Int64(number), time: Journal.time(number), call: Journal.id(number),
        decision: decision)
      call.agent = name
      call.human = name
      call.skill = SkillName(name: name, version: name, digest: name)
      call.session = name
      call.server = name
      call.tool = name
      call.effect = name
      call.reason = name
      call.remedies = name
      call.policies = [name]
      call.run = name
      call.credential = name
      call.arguments.bytes = 7
      if number == 3 {
        call.approvals = [
          GraphCall.Approval(
            sequence: 9, time: Journal.start, event: "approved", approver: name, waited: 1)
        ]
        call.outcome = GraphCall.Outcome(
          sequence: 10, status: name, duration: 3, result: GraphCall.Payload(bytes: 1))
      }
      calls.append(call)
    }
    return Graph(calls: calls, nodesMax: 1000)
  }

  @Test(arguments: hostile)
  func `hostile names stay names in every format`(name: String) throws {
    let graph = Self.graph(name)
    for format in GraphFormat.allCases {
      let text = graph.drawn(as: format)
      for scalar in text.unicodeScalars where scalar != "\n" {
        let category = scalar.properties.generalCategory
        // JSON may hold format characters: programs read it.
        #expect(category != .control && (format == .json || category != .format), "\(format)")
      }
    }
    #expect(try XMLCheck.isWellFormed(graph.drawn(as: .svg)))
    #expect(!graph.drawn(as: .svg).contains("<script"))
    let root = try JSONDocument(parsing: Array(graph.drawn(as: .json).utf8)).root
    #expect(root[member: "nodes"]?.count == graph.nodes.count)
    #expect(root[member: "edges"]?.count == graph.edges.count)
    let dot = graph.drawn(as: .dot).split(separator: "\n")
    // A line for each node and edge, and four around them.
    #expect(dot.count == graph.nodes.count + graph.edges.count + 4)
    for line in dot { #expect(Self.quotesAreClosed(line), "\(line)") }
    let mermaid = graph.drawn(as: .mermaid).split(separator: "\n")
    #expect(mermaid.count == graph.nodes.count + graph.edges.count + 1)
    for line in mermaid.dropFirst() {
      #expect(line.count { $0 == "\"" } == 2, "\(line)")
      #expect(!line.contains("`") && !line.contains("<"), "\(line)")
    }
  }

  private static func quotesAreClosed(_ line: Substring) -> Bool {
    var isOpen = false
    var isEscaped = false
    for character in line {
      if isEscaped {
        isEscaped = false
      } else if character == "\\", isOpen {
        isEscaped = true
      } else if character == "\"" {
        isOpen.toggle()
      }
    }
    return !isOpen && !isEscaped
  }

  @Test func `a tree tells what was decided in words and signs`() throws {
    let journal = try GraphTests.incident()
    let text = try journal.ask(GraphQuestion.self, ["agent": "triage"]).drawn(as: .tree)
    #expect(
      text.hasPrefix(
        """
        human ana
        └─ delegates to agent triage of acme
           ├─ runs skill fix@1 730000000000
           │  └─ run r1
           │     ├─ 2026-11-21T10:00:00.000Z  ──▶ allowed github__create_issue (write)  call \
        \(Journal.id(1))
           │     │  ├─ because permit-triage @703100000000

        """), "\(text)")
    #expect(text.contains("┄┄? asked pay__send (write)"))
    #expect(text.contains("══▶ approved pay__send (write)"))
    #expect(text.contains("approval approved by bo after 2000 ms"))
    #expect(text.contains("written by it: data 613100000000, 100 B, erased"))
    #expect(text.contains("no outcome: in doubt"))
    let denied = try journal.ask(GraphQuestion.self, ["agent": "other"]).drawn(as: .tree)
    #expect(denied.contains("╌╌✕ denied github__delete_repo (destructive)"))
    #expect(denied.contains("reason: no policy permits this"))
  }

  @Test func `every mark has a dash, an end or a label of its own in every picture`() throws {
    let graph = Self.graph("x")
    let dot = graph.drawn(as: .dot)
    for style in ["style=dashed, arrowhead=tee", "style=dotted, arrowhead=odot", "style=bold"] {
      #expect(dot.contains(style))
    }
    for word in ["(denied)", "(asked)", "(approved)"] { #expect(dot.contains(word)) }
    let mermaid = graph.drawn(as: .mermaid)
    for arrow in ["-->|", "-.-x|", "-.-o|", "==>|"] { #expect(mermaid.contains(arrow)) }
    let svg = graph.drawn(as: .svg)
    for word in ["✕ denied", "? asked: x", "✓ approved by x", "allowed", "tainted"] {
      #expect(svg.contains(word), "\(word)")
    }
    for column in ["human", "agent", "skill", "server", "tool", "data"] {
      #expect(svg.contains(">\(column)</text>"))
    }
    for dash in ["6 4", "2 3", "10 3 2 3"] { #expect(svg.contains("stroke-dasharray=\"\(dash)\"")) }
  }

  @Test func `later rows of a picture stand lower`() throws {
    let svg = Self.graph("x").drawn(as: .svg)
    let heights = svg.matches(of: /<text x="8" y="(\d+)"/).compactMap { Int($0.output.1) }
    #expect(heights.count == 8)
    #expect(heights == heights.sorted())
  }

  @Test(arguments: ["<a>", "<a></b>", "<a/><b/>", "<a>&x;</a>", "<a b=c/>", "<a>\u{1}</a>", "a"])
  func `the check of XML finds what is not well-formed`(text: String) throws {
    #expect(try !XMLCheck.isWellFormed(text))
    #expect(try XMLCheck.isWellFormed("<a b=\"c\">&lt;<d/></a>\n"))
  }

  @Test func `an empty graph can be drawn`() throws {
    let graph = Graph(calls: [], nodesMax: 10)
    #expect(try XMLCheck.isWellFormed(graph.drawn(as: .svg)))
    #expect(graph.drawn(as: .tree).isEmpty)
  }
}

/// Whether a text is one XML element with its content: tags that match, attributes quoted,
/// references known, no character that XML cannot hold.
enum XMLCheck {
  static func isWellFormed(_ text: String) throws -> Bool {
    for scalar in text.unicodeScalars {
      guard scalar.value >= 0x20 || scalar == "\n", scalar != "\u{FFFE}", scalar != "\u{FFFF}"
      else { return false }
    }
    var rest = text[...]
    var open: [Substring] = []
    var roots = 0
    let name = /[a-zA-Z]+/
    let tag = /<([a-zA-Z]+)((?: [a-zA-Z:0-9-]+="[^"<]*")*)(\/?)>/
    while let first = rest.first {
      if first != "<" {
        let content = rest.prefix { $0 != "<" }
        guard references(content), !open.isEmpty || content.allSatisfy(\.isWhitespace) else {
          return false
        }
        rest = rest[content.endIndex...]
      } else if rest.hasPrefix("</") {
        guard let match = try name.prefixMatch(in: rest.dropFirst(2)),
          open.popLast() == match.output, rest[match.range.upperBound...].hasPrefix(">")
        else { return false }
        rest = rest[match.range.upperBound...].dropFirst()
      } else {
        guard let match = try tag.prefixMatch(in: rest), references(match.output.2) else {
          return false
        }
        if open.isEmpty { roots += 1 }
        if match.output.3.isEmpty { open.append(match.output.1) }
        rest = rest[match.range.upperBound...]
      }
    }
    return open.isEmpty && roots == 1
  }

  private static func references(_ text: Substring) -> Bool {
    text.split(separator: "&", omittingEmptySubsequences: false).dropFirst().allSatisfy { rest in
      ["amp;", "lt;", "gt;", "quot;", "#39;"].contains { rest.hasPrefix($0) }
    }
  }
}
