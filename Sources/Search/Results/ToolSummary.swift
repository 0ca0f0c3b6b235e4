/// A tool in as few words as it takes to choose and to call it: name, one line, what it must be
/// given.
public struct ToolSummary: Sendable, Equatable {
  /// The most characters of the purpose.
  public static let purposeCharactersMax = 160
  /// The most characters of a type.
  static let typeCharactersMax = 40

  /// The tool's id, by which it is called.
  public var id: String
  /// The first sentence of its description, cut at a character when it is longer.
  public var purpose: String
  /// The parameters that a call must have, with their types.
  public var required: [(name: String, type: String)]
  /// How many more there are.
  public var optional: Int

  /// The summary of a tool.
  public init(_ tool: SearchableTool) {
    id = tool.id
    let whole = tool.purpose
    let cut = whole.prefix(Self.purposeCharactersMax)
    purpose = cut.endIndex == whole.endIndex ? whole : cut.dropLast() + "…"
    let arguments = tool.parameters.filter { $0.depth == 0 }
    required = arguments.filter(\.isRequired).map {
      ($0.name, String($0.type.prefix(Self.typeCharactersMax)))
    }
    optional = arguments.count - required.count
  }

  /// `id(name: type, …)` and the purpose; `…` stands for parameters that may be left out.
  public var line: String {
    var parameters = required.map { $0.type.isEmpty ? $0.name : "\($0.name): \($0.type)" }
    if optional > 0 { parameters.append("…") }
    let signature = "\(id)(\(parameters.joined(separator: ", ")))"
    return purpose.isEmpty ? signature : "\(signature) – \(purpose)"
  }

  /// The lines of these tools that fit into so many tokens, best first, and how many were left out.
  public static func lines(
    of tools: some Sequence<SearchableTool>, tokens: Int
  ) -> (lines: [String], omitted: Int) {
    var lines: [String] = []
    var left = tokens
    var omitted = 0
    for tool in tools {
      let line = ToolSummary(tool).line
      let cost = TokenEstimate.tokens(line) + 1
      // What follows is less fitting, also when it is shorter.
      if omitted > 0 || cost > left {
        omitted += 1
      } else {
        lines.append(line)
        left -= cost
      }
    }
    return (lines, omitted)
  }

  /// The same id, purpose and parameters.
  public static func == (one: ToolSummary, other: ToolSummary) -> Bool {
    one.id == other.id && one.purpose == other.purpose && one.optional == other.optional
      && one.required.elementsEqual(other.required, by: ==)
  }
}

/// About how many tokens a model makes of a text: one for each four bytes of ASCII, rounded up, and
/// one for each other scalar. Tokenisers differ; a budget by it is a budget by size.
public enum TokenEstimate {
  /// The estimate for a text.
  public static func tokens(_ text: String) -> Int {
    var ascii = 0
    var other = 0
    for scalar in text.unicodeScalars {
      if scalar.isASCII { ascii += 1 } else { other += 1 }
    }
    return (ascii + 3) / 4 + other
  }
}
