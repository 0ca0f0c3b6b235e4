public import JSON

/// Turns the URIs that a server's results name into public ones, for aggregated endpoints. Pure.
///
/// Rewritten are, and nothing else is: `uri` of resource links and of embedded resources in the
/// content of tools and in the messages of prompts, `contents[].uri` of resources that are read,
/// and `_meta.ui.resourceUri` (MCP Apps). Every other byte stays.
public struct ResultRewriter: Sendable {
  private let server: String

  /// A rewriter for the results of a server. Costs nothing.
  public init(server: String) { self.server = server }

  /// A result of `tools/call`. The same node when there is nothing to rewrite.
  public func toolResult(_ result: JSONNode) -> JSONNode {
    var edits = Edits(result, server)
    if let content = result[member: "content"] {
      for block in content.elements { edits.block(block) }
    }
    return edits.finish()
  }

  /// A result of `prompts/get`. The same node when there is nothing to rewrite.
  public func promptResult(_ result: JSONNode) -> JSONNode {
    var edits = Edits(result, server)
    if let messages = result[member: "messages"] {
      for message in messages.elements {
        guard let content = message[member: "content"] else { continue }
        if content.kind == .object { edits.block(content) }
        for block in content.elements { edits.block(block) }
      }
    }
    return edits.finish()
  }

  /// A result of `resources/read`. The same node when there is nothing to rewrite.
  public func resourceResult(_ result: JSONNode) -> JSONNode {
    var edits = Edits(result, server)
    if let contents = result[member: "contents"] {
      for content in contents.elements { edits.uri(content[member: "uri"]) }
    }
    return edits.finish()
  }

  /// Any other result. The same node when there is nothing to rewrite.
  public func otherResult(_ result: JSONNode) -> JSONNode { Edits(result, server).finish() }

  /// The `_meta` of a definition, if something in it is rewritten.
  func meta(_ meta: JSONNode) -> [UInt8]? {
    guard let uri = Edits.appURI(meta), let text = uri.string else { return nil }
    var splice = JSONSplice(meta.document)
    let scheme = PublicURI.scheme(ofServer: server)
    splice.replace(uri, withString: PublicURI.wrap(text, scheme: scheme))
    return splice.apply(to: meta)
  }
}

/// The edits of one result; makes nothing until there is one.
private struct Edits {
  private let result: JSONNode
  private let server: String
  private var splice: JSONSplice?

  init(_ result: JSONNode, _ server: String) {
    self.result = result
    self.server = server
    if let meta = result[member: "_meta"] { uri(Self.appURI(meta)) }
  }

  static func appURI(_ meta: JSONNode) -> JSONNode? {
    meta[member: "ui"]?[member: "resourceUri"].flatMap { $0.kind == .string ? $0 : nil }
  }

  /// A content block.
  mutating func block(_ block: JSONNode) {
    guard let type = block[member: "type"] else { return }
    if type.equals("resource_link") {
      uri(block[member: "uri"])
    } else if type.equals("resource") {
      uri(block[member: "resource"]?[member: "uri"])
    }
  }

  mutating func uri(_ node: JSONNode?) {
    guard let node, let text = node.string else { return }
    if splice == nil { splice = JSONSplice(result.document) }
    splice?.replace(
      node, withString: PublicURI.wrap(text, scheme: PublicURI.scheme(ofServer: server)))
  }

  func finish() -> JSONNode {
    guard let splice else { return result }
    // It was read under bounds before, and names grow by little.
    let document = try? JSONDocument(parsing: splice.apply(to: result), limits: .ceiling)
    return document?.root ?? result
  }
}
