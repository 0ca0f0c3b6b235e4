import Crypto
import JSON
import MCP

/// What a task's id holds that a client knows: which task of which upstream, and whose. Any gateway
/// with the same keys can route it. Tasks of one era (those of 2025-11-25, and the tasks extension
/// of 2026-07-28) are none in the other.
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

  /// The id that a client of an era knows.
  /// - Throws: when the cipher cannot be used at all.
  func id(sealedBy seal: StateSeal, at now: Int64, in era: Era = .stateless) throws(AEADError)
    -> String
  {
    var writer = JSONWriter(reservingCapacity: 256 + inner.utf8.count)
    writer.beginArray()
    for text in [server, inner, principal, tool] { writer.string(text) }
    writer.endArray()
    return try seal.seal(writer.bytes, for: Self.purpose(in: era), at: now)
  }

  init(server: String, inner: String, principal: String, tool: String) {
    self.server = server
    self.inner = inner
    self.principal = principal
    self.tool = tool
  }

  /// The task of an id; nil for one that is not ours, or of the other era.
  init?(id: String, sealedBy seal: StateSeal, at now: Int64, in era: Era = .stateless) {
    guard let content = seal.open(id, for: Self.purpose(in: era), at: now),
      let root = try? JSONDocument(parsing: content).root
    else { return nil }
    let texts = root.elements.compactMap(\.string)
    guard texts.count == 4 else { return nil }
    self.init(server: texts[0], inner: texts[1], principal: texts[2], tool: texts[3])
  }

  private static func purpose(in era: Era) -> StateSeal.Purpose {
    era == .stateless ? .task : .sessionTask
  }
}
