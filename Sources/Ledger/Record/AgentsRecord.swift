internal import Crypto

/// A piece of the list of who may connect. All pieces of a version follow one another.
public struct AgentsRecord: Sendable, Equatable {
  /// The digest of the list.
  public var version: String
  /// The agents of this piece.
  public var agents: [LedgerPrincipal]
  /// Which piece this is, from 0.
  public var part: Int
  /// How many pieces there are.
  public var parts: Int

  /// The pieces that hold agents in their order, at least one.
  public static func pieces(_ agents: [LedgerPrincipal]) -> [AgentsRecord] {
    let encoded = agents.map { agent in
      var writer = RecordWriter(capacity: 256)
      agent.encode(into: &writer)
      return writer.withBytes { Array($0) }
    }
    let version = Self.version(of: encoded)
    var pieces = [AgentsRecord(version: version, agents: [], part: 0, parts: 0)]
    var bytes = 0
    for (agent, encoded) in zip(agents, encoded) {
      if bytes > 0, bytes + encoded.count > LedgerLimits.pieceBytesMax {
        pieces.append(AgentsRecord(version: version, agents: [], part: pieces.count, parts: 0))
        bytes = 0
      }
      pieces[pieces.count - 1].agents.append(agent)
      bytes += encoded.count + 1
    }
    for index in pieces.indices { pieces[index].parts = pieces.count }
    return pieces
  }

  /// SHA-256 over the JSON array of agents; hex.
  private static func version(of encoded: [[UInt8]]) -> String {
    var hash = SHA256()
    hash.update([UInt8(ascii: "[")])
    for (index, agent) in encoded.enumerated() {
      if index > 0 { hash.update([UInt8(ascii: ",")]) }
      hash.update(agent)
    }
    hash.update([UInt8(ascii: "]")])
    return hash.finalize().hex
  }

  func encode(time: Int64, into writer: inout RecordWriter) {
    let name = LedgerLimits.nameBytesMax
    writer.beginObject()
    writer.name("agents")
    writer.beginArray()
    for (index, agent) in agents.enumerated() {
      if index > 0 { writer.comma() }
      agent.encode(into: &writer)
    }
    writer.endArray()
    writer.member("kind", LedgerRecord.Kind.agents.rawValue, limit: name)
    writer.member("part", Int64(part))
    writer.member("parts", Int64(parts))
    writer.member("time", time)
    writer.member("version", version, limit: name)
    writer.endObject()
  }
}
