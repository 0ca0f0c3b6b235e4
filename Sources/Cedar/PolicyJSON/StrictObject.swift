internal import JSON

/// An object whose members are known: any other is an error.
struct StrictObject {
  let node: JSONNode
  let root: JSONNode
  private let what: String

  /// Checks that `node` is an object and has no members but those that are known.
  init(of node: JSONNode, in root: JSONNode, _ what: String, _ known: [String])
    throws(SyntaxError)
  {
    guard node.kind == .object else { throw root.unexpected(node, "\(what) as an object") }
    self.node = node
    self.root = root
    self.what = what
    for member in node.memberNodes where !known.contains(where: { member.name.equals($0) }) {
      let name = member.name.string ?? ""
      throw root.error(
        member.value, "\(what) has no member \(JSONNode.shown(name))",
        help: Suggestions.nearest(to: name, among: known)
          ?? "it has " + known.map { "`\($0)`" }.joined(separator: ", "))
    }
  }

  subscript(name: String) -> JSONNode? { node[member: name] }

  /// The member, which must be there.
  func required(_ name: String) throws(SyntaxError) -> JSONNode {
    guard let member = node[member: name] else {
      throw root.error(node, "\(what) has a member `\(name)`, and it is missing here")
    }
    return member
  }

  /// The member, which must be there and be a string.
  func string(_ name: String) throws(SyntaxError) -> String {
    let member = try required(name)
    guard let text = member.string else { throw root.unexpected(member, "a string") }
    return text
  }

  /// The member, which must be there and be one of these strings.
  func string(_ name: String, oneOf choices: [String]) throws(SyntaxError) -> String {
    let text = try string(name)
    guard choices.contains(where: { $0.hasSameBytes(as: text) }) else {
      let expected = choices.map { "`\($0)`" }.joined(separator: ", ")
      throw root.unexpected(
        try required(name), choices.count > 1 ? "one of \(expected)" : expected,
        help: Suggestions.nearest(to: text, among: choices))
    }
    return text
  }
}

/// Errors about a part of the document of which this is the root.
extension JSONNode {
  func unexpected(_ node: JSONNode, _ expected: String, help: String? = nil) -> SyntaxError {
    error(node, "expected \(expected), found \(node.summary)", help: help)
  }

  func error(_ node: JSONNode, _ message: String, help: String? = nil) -> SyntaxError {
    SyntaxError(at: node.rawRange.lowerBound, "\(path(to: node)): \(message)", help: help)
  }

  private static let shownPathLimit = 160

  /// The JSON pointer of a part, with only its end when it is long. O(what stands before it).
  private func path(to node: JSONNode) -> String {
    let target = node.rawRange.lowerBound
    var path = ""
    var current = self
    while current.rawRange.lowerBound != target {
      var next: JSONNode?
      for (position, element) in current.elements.enumerated()
      where element.rawRange.contains(target) {
        path += "/\(position)"
        next = element
        break
      }
      for member in current.memberNodes where member.value.rawRange.contains(target) {
        path += "/" + JSONPointer.escaped(member.name.string ?? "")
        next = member.value
        break
      }
      guard let next else { break }
      current = next
    }
    if path.isEmpty { return "the root" }
    guard path.unicodeScalars.count > JSONNode.shownPathLimit else {
      return Quoting.escape(path)
    }
    let end = String.UnicodeScalarView(path.unicodeScalars.suffix(JSONNode.shownPathLimit))
    return "…" + Quoting.escape(String(end))
  }

  /// A text in a message: quoted, and shortened when long.
  static func shown(_ text: String) -> String {
    let start = String(String.UnicodeScalarView(text.unicodeScalars.prefix(40)))
    return Quoting.quote(start) + (start.utf8.count < text.utf8.count ? "…" : "")
  }

  private var summary: String {
    switch kind {
    case .object:
      count == 1
        ? "an object with the member \(JSONNode.shown(members.first { _ in true }?.name ?? ""))"
        : "an object with \(count) members"
    case .array: "an array"
    case .string: "the string \(JSONNode.shown(string ?? ""))"
    case .number: "the number \(String(decoding: raw.prefix(40), as: UTF8.self))"
    case .bool: bool == true ? "`true`" : "`false`"
    case .null: "`null`"
    }
  }
}
