/// Verbs in names and descriptions, and what they do.
enum EffectWords {
  enum Effect: Int, Comparable, Sendable {
    case read, write, egress, destructive, admin

    static func < (one: Effect, other: Effect) -> Bool { one.rawValue < other.rawValue }

    var name: String { "\(self)" }

    /// The effect of a name; what is called otherwise counts as `destructive`.
    init(named name: String) {
      self =
        switch name {
        case "read": .read
        case "write": .write
        case "egress": .egress
        case "admin": .admin
        default: .destructive
        }
    }
  }

  /// The first word of a name that says what the tool does, and what that is. A later word counts
  /// only when it does more than read: `get_and_delete`.
  static func verb(ofName name: String) -> (word: String, effect: Effect)? {
    let words = Identifier.words(name).prefix(12)
    guard let index = words.firstIndex(where: { table[$0] != nil }), let first = table[words[index]]
    else { return nil }
    let later = words.dropFirst(index + 1)
    if let and = later.firstIndex(where: { $0 == "and" || $0 == "or" }), and + 1 < words.endIndex,
      let second = table[words[and + 1]], second > first
    {
      return (words[and + 1], second)
    }
    return (words[index], first)
  }

  /// What a verb does; nil for a word that is none.
  static func effect(of word: String) -> Effect? { table[word] }

  /// Whether a verb is as often a thing (`state and labels`), and so no verb inside a sentence.
  static func isNoun(_ word: String) -> Bool { nouns.contains(word) }

  private static let nouns: Set<String> = [
    "log", "label", "tag", "mark", "commit", "branch", "record", "order", "store", "schedule",
    "book", "star", "pin", "link", "stage", "draft", "change", "comment", "message", "mail",
    "email",
    "post", "call", "role", "permission", "script", "command", "shell", "format", "copy", "vote",
    "like", "archive", "import", "attach", "set", "close", "open", "start", "stop", "share",
  ]

  private static let table: [String: Effect] = {
    var table: [String: Effect] = [:]
    for (effect, words) in groups {
      for word in words.split(separator: " ") { table[String(word)] = effect }
    }
    return table
  }()

  private static let groups: [(Effect, String)] = [
    (
      .read,
      """
      get list read search find query fetch show view describe count lookup check inspect browse \
      retrieve status preview explain compare diff validate lint summarize extract analyze is has \
      who what whoami info stat stats head tail grep glob scan measure calculate compute convert \
      resolve geocode estimate forecast monitor detect parse verify screenshot select peek
      """
    ),
    (
      .write,
      """
      create add update import write set edit insert put append save upload rename move copy \
      assign label tag mark open close start stop pause resume enable disable patch modify \
      change replace upsert store record log commit push fork branch schedule book order pay buy \
      purchase transfer apply attach link subscribe unsubscribe follow like vote react star pin \
      archive restore clone install configure register generate upgrade complete reopen approve \
      merge rebase cancel draft toggle fill click type press drag hover navigate duplicate \
      download stage checkout init
      """
    ),
    (
      .egress,
      """
      send post publish email mail message reply forward tweet share notify invite broadcast \
      submit deliver dispatch call dial sms announce webhook comment
      """
    ),
    (
      .destructive,
      """
      delete remove drop destroy purge wipe truncate erase clear reset kill terminate uninstall \
      overwrite revoke unlink evict flush prune execute exec run eval shell command script \
      rollback force shutdown reboot format empty trash discard detach reindex
      """
    ),
    (
      .admin,
      """
      grant admin impersonate chmod chown sudo elevate deactivate suspend ban unban provision \
      deprovision permission permissions role roles
      """
    ),
  ]
}
