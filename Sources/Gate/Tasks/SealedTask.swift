import Crypto
import JSON

/// What a task's id holds that a client knows (tasks extension of MCP 2026-07-28): which task of
/// which upstream, and whose. Any gateway with the same keys can route it.
struct SealedTask: Equatable {
  /// Bytes of an upstream's own id.
  static let innerBytesMax = 4_096

  /// The upstream that runs it.
  var server: String
  /// The upstream's own id.
  var inner: String
  /// Whose it is.
  var principal: String
  /// The public name of the tool that it came from.
  var tool: String

  /// The id that the client knows.
  /// - Throws: when the cipher cannot be used at all.
  func id(sealedBy seal: StateSeal, at now: Int64) throws(AEADError) -> String {
    var writer = JSONWriter(reservingCapacity: 256 + inner.utf8.count)
    writer.beginArray()
    for text in [server, inner, principal, tool] { writer.string(text) }
    writer.endArray()
    return try seal.seal(writer.bytes, for: .task, at: now)
  }

  init(server: String, inner: String, principal: String, tool: String) {
    self.server = server
    self.inner = inner
    self.principal = principal
    self.tool = tool
  }

  /// The task of an id; nil for one that is not ours.
  init?(id: String, sealedBy seal: StateSeal, at now: Int64) {
    guard let content = seal.open(id, for: .task, at: now),
      let root = try? JSONDocument(parsing: content).root
    else { return nil }
    let texts = root.elements.compactMap(\.string)
    guard texts.count == 4 else { return nil }
    self.init(server: texts[0], inner: texts[1], principal: texts[2], tool: texts[3])
  }
}
