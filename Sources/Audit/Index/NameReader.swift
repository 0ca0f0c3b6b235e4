import Storage

/// The texts behind the numbers of `names`, read once each.
struct NameReader {
  private let database: Database
  private var texts: [Int64: String] = [:]
  private var skills: [Int64: SkillName] = [:]

  init(_ database: Database) { self.database = database }

  /// Nil for nil, and for a number that is not there.
  mutating func text(_ id: Int64?) throws(StorageError) -> String? {
    guard let id else { return nil }
    if let text = texts[id] { return text }
    let text = try database.first(
      "SELECT text FROM names WHERE id = ?", [.integer(id)]
    ) { $0.text(0) }
    texts[id] = text
    return text
  }

  /// The skill; an empty one for nil.
  mutating func skill(_ id: Int64?) throws(StorageError) -> SkillName {
    guard let id else { return SkillName() }
    if let skill = skills[id] { return skill }
    let parts = try database.first(
      "SELECT name, version, digest FROM skills WHERE id = ?", [.integer(id)]
    ) { ($0.integerIfAny(0), $0.integerIfAny(1), $0.integerIfAny(2)) }
    let skill = SkillName(
      name: try text(parts?.0), version: try text(parts?.1), digest: try text(parts?.2))
    skills[id] = skill
    return skill
  }
}
