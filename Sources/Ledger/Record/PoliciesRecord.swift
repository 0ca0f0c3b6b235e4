/// A piece of the sources of a policy set that came into force. All pieces of a version follow one
/// another; the texts of pieces that name the same file make the file.
public struct PoliciesRecord: Sendable, Equatable {
  /// The digest of the set, as decisions name it.
  public var version: String
  /// The name of the file.
  public var file: String
  /// The file's text, or the part of it that this piece holds.
  public var text: Substring
  /// Which piece this is, from 0.
  public var part: Int
  /// How many pieces there are.
  public var parts: Int

  /// The pieces that hold files in their order. A set without files has none.
  public static func pieces(
    version: String, files: [(name: String, text: String)]
  ) -> [PoliciesRecord] {
    var pieces: [PoliciesRecord] = []
    for (name, text) in files {
      for piece in text.pieces(encodedMax: LedgerLimits.pieceBytesMax) {
        pieces.append(
          PoliciesRecord(version: version, file: name, text: piece, part: pieces.count, parts: 0))
      }
    }
    for index in pieces.indices { pieces[index].parts = pieces.count }
    return pieces
  }

  func encode(time: Int64, into writer: inout RecordWriter) {
    let name = LedgerLimits.nameBytesMax
    writer.beginObject()
    writer.member("file", file, limit: LedgerLimits.fileNameBytesMax)
    writer.member("kind", LedgerRecord.Kind.policies.rawValue, limit: name)
    writer.member("part", Int64(part))
    writer.member("parts", Int64(parts))
    writer.member("text", String(text), limit: LedgerLimits.pieceBytesMax)
    writer.member("time", time)
    writer.member("version", version, limit: name)
    writer.endObject()
  }
}

extension String {
  /// The text cut into pieces that take at most `max` bytes in a record each; at least one.
  func pieces(encodedMax max: Int) -> [Substring] {
    var pieces: [Substring] = []
    var start = startIndex
    var size = 0
    for index in unicodeScalars.indices {
      let scalar = unicodeScalars[index]
      let bytes = scalar.utf8.reduce(0) { $0 + RecordWriter.encodedSize($1) }
      if size + bytes > max {
        pieces.append(self[start..<index])
        start = index
        size = 0
      }
      size += bytes
    }
    pieces.append(self[start...])
    return pieces
  }
}
