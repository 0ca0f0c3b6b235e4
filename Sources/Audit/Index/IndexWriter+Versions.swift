import JSON
import Storage

extension IndexWriter {
  /// Takes a piece of what was in force: of the policies their files, of the entities the tools, of
  /// the agents each. A version that is whole is not taken again.
  mutating func takeVersion(
    _ record: IndexedRecord, _ part: String, _ time: Int64
  ) throws(StorageError) {
    let node = record.node
    guard let version = node[member: "version"]?.string, let piece = node[member: "part"]?.int64,
      let pieces = node[member: "parts"]?.int64, piece >= 0, piece < pieces
    else { return try unreadable(record, "it has no `version`, `part` and `parts`") }
    if piece == pieces - 1 {
      try database.run(
        "INSERT INTO recorded VALUES (?, ?, ?, ?)",
        [.integer(record.sequence), .integer(time), .text(part), .text(version)])
    }
    let known = try database.first(
      "SELECT id, parts, seen FROM versions WHERE part = ? AND version = ?",
      [.text(part), .text(version)]
    ) { (id: $0.integer(0), parts: $0.integer(1), seen: $0.integer(2)) }
    let id: Int64
    if piece == 0 {
      if let known {
        guard known.seen < known.parts else { return }
        try database.run("DELETE FROM version_items WHERE version = ?", [.integer(known.id)])
        try database.run("DELETE FROM versions WHERE id = ?", [.integer(known.id)])
      }
      try database.run(
        """
        INSERT INTO versions(part, version, sequence, time, parts, seen) VALUES (?, ?, ?, ?, ?, 1)
        """,
        [
          .text(part), .text(version), .integer(record.sequence), .integer(time), .integer(pieces),
        ])
      id = database.lastInserted
    } else {
      guard let known, known.parts == pieces, known.seen == piece else { return }
      id = known.id
      try database.run("UPDATE versions SET seen = seen + 1 WHERE id = ?", [.integer(id)])
    }
    for item in Self.items(of: node, part) {
      try database.run(
        """
        INSERT INTO version_items(version, name, text) VALUES (?, ?, ?)
        ON CONFLICT (version, name) DO UPDATE SET text = text || excluded.text
        """, [.integer(id), .text(item.name), .text(item.text)])
    }
  }

  private static func items(
    of node: JSONNode, _ part: String
  ) -> [(name: String, text: String)] {
    switch part {
    case "policies":
      guard let file = node[member: "file"]?.string, let text = node[member: "text"]?.string else {
        return []
      }
      return [(file, text)]
    case "entities":
      return node[member: "entities"]?.elements.compactMap { entity in
        let uid = entity[member: "uid"]
        guard uid?[member: "type"]?.equals("Sallyport::Tool") == true,
          let name = uid?[member: "id"]?.string
        else { return nil }
        return (name, entity.description)
      } ?? []
    default:
      return node[member: "agents"]?.elements.compactMap { agent in
        agent[member: "agent"]?.string.map { ($0, agent.description) }
      } ?? []
    }
  }
}
