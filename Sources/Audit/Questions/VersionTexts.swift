import Storage

/// What a recorded version holds, by name: policy files, tools, agents.
struct VersionTexts {
  var items: [String: String] = [:]

  /// SHA-256 over nothing: a policy set without files, of which there are no records.
  private static let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  /// Nil when the version is not there, or not whole.
  init?(_ database: Database, part: String, version: String?) throws(StorageError) {
    guard let version else { return nil }
    if part == "policies", version == Self.empty { return }
    let id = try database.first(
      "SELECT id FROM versions WHERE part = ? AND version = ? AND seen = parts",
      [.text(part), .text(version)]
    ) { $0.integer(0) }
    guard let id else { return nil }
    try database.each(
      "SELECT name, text FROM version_items WHERE version = ?", [.integer(id)]
    ) { items[$0.text(0)] = $0.text(1) }
  }
}
