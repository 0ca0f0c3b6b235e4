/// The groups of `Synonyms`, with commas between them. The words of a group stand for each other; a
/// word before `>` may also be one of those behind it, but not the other way round.
///
/// They are of general knowledge, not of a catalog. Words are looked at as stems, so that a word
/// must not share its stem with another that means something else (`filing` is `file`).
enum SynonymTable {
  static let groups = [
    operations, things, data, development, services, security, models, kinds,
    talk, business, places, media, people, design, speech,
  ]

  static func entries(of text: String) -> [Substring] {
    text.split { $0 == "," || $0.isNewline }.filter { $0.contains { $0 != " " } }
  }
}
