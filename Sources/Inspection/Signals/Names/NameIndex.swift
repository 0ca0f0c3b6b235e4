/// The names of upstreams or of their tools, found by what they look like. Whoever asks leaves out
/// the names of one upstream, so that one index serves all of them.
struct NameIndex: Sendable {
  /// A name that is meant by another one, or taken for it.
  struct Match {
    let name: String
    let server: String
    let likeness: Likeness

    fileprivate init(_ entry: Entry, _ likeness: Likeness) {
      (name, server, self.likeness) = (entry.name, entry.server, likeness)
    }
  }

  enum Likeness {
    case same, spelling, lookAlike, oneLetter
  }

  /// Names of fewer letters differ in one by chance.
  static let oneLetterMin = 6
  /// How many names that share a half, or look alike, are compared.
  static let candidatesMax = 64

  typealias Entry = (name: String, server: String)

  /// The first name under a key, and the first of another server.
  private struct Owners {
    let first: Entry
    var second: Entry?

    func other(than server: String) -> Entry? { first.server == server ? second : first }
  }

  private var exact: [String: Owners] = [:]
  private var folded: [String: Owners] = [:]
  private var skeletons: [String: [Entry]] = [:]
  private var halves: [String: [Entry]] = [:]

  init(_ names: [Entry]) {
    for entry in names where entry.name.utf8.count <= 128 {
      Self.add(entry, as: entry.name, to: &exact)
      Self.add(entry, as: Self.plain(entry.name), to: &folded)
      Self.add(entry, to: &skeletons[Self.skeleton(entry.name), default: []])
      for half in Self.halves(entry.name.lowercased()) {
        Self.add(entry, to: &halves[half, default: []])
      }
    }
  }

  private static func add(_ entry: Entry, as key: String, to owners: inout [String: Owners]) {
    guard let known = owners[key] else {
      owners[key] = Owners(first: entry)
      return
    }
    if known.second == nil, known.first.server != entry.server { owners[key]?.second = entry }
  }

  /// So many of one server, and as many of others: none crowds out the rest.
  private static func add(_ entry: Entry, to candidates: inout [Entry]) {
    if candidates.count >= candidatesMax {
      guard candidates.count < 2 * candidatesMax,
        candidates.count(where: { $0.server == entry.server }) < candidatesMax
      else { return }
    }
    candidates.append(entry)
  }

  /// The server of a name, whatever its case and separators.
  func server(of name: String, notOf own: String) -> String? {
    (exact[name]?.other(than: own) ?? folded[Self.plain(name)]?.other(than: own))?.server
  }

  /// All that a name is, or is taken for, the likest first; of the same name, and of one that is
  /// spelled differently, one is enough. No more than the names that are compared.
  func matches(_ name: String, notOf own: String) -> [Match] {
    guard name.utf8.count <= 128 else { return [] }
    var matches: [Match] = []
    let plain = Self.plain(name)
    if let found = exact[name]?.other(than: own) {
      matches.append(Match(found, .same))
    } else if let found = folded[plain]?.other(than: own) {
      matches.append(Match(found, .spelling))
    }
    for entry in skeletons[Self.skeleton(name)] ?? []
    where entry.server != own && Self.plain(entry.name) != plain {
      matches.append(Match(entry, .lookAlike))
    }
    let lower = name.lowercased()
    guard lower.utf8.count >= Self.oneLetterMin else { return matches }
    let letters = Array(lower.utf8)
    for half in Self.halves(lower) {
      for entry in halves[half] ?? []
      where entry.server != own && Self.isOneEdit(letters, Array(entry.name.lowercased().utf8)) {
        matches.append(Match(entry, .oneLetter))
      }
    }
    return matches
  }

  /// A name without case and separators.
  private static func plain(_ name: String) -> String {
    String(name.lowercased().unicodeScalars.filter { !"-_. ".unicodeScalars.contains($0) })
  }

  /// What a name looks like: without separators and case, look-alikes as one.
  static func skeleton(_ name: String) -> String {
    var skeleton: [UInt8] = []
    for byte in InspectedText(name).ascii {
      switch byte {
      case 0x2D, 0x5F, 0x2E, 0x20: continue
      case 0x30: skeleton.append(0x6F)
      case 0x31, 0x49, 0x69, 0x7C: skeleton.append(0x6C)
      default: skeleton.append(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)
      }
    }
    return String(decoding: skeleton, as: UTF8.self)
      .replacing("rn", with: "m").replacing("vv", with: "w")
  }

  /// Of two names that are one edit apart, one half of one is a half of the other.
  private static func halves(_ name: String) -> [String] {
    let bytes = Array(name.utf8)
    guard bytes.count >= oneLetterMin - 1 else { return [] }
    let middle = bytes.count / 2
    return [middle - 1, middle, middle + 1].flatMap { cut in
      [
        "<" + String(decoding: bytes[..<cut], as: UTF8.self),
        ">" + String(decoding: bytes[cut...], as: UTF8.self),
      ]
    }
  }

  /// Whether one letter is changed, put in, left out, or exchanged with its neighbour.
  static func isOneEdit(_ first: [UInt8], _ second: [UInt8]) -> Bool {
    guard abs(first.count - second.count) <= 1, first != second else { return false }
    var (start, a, b) = (0, first.count, second.count)
    while start < min(a, b), first[start] == second[start] { start += 1 }
    while a > start, b > start, first[a - 1] == second[b - 1] { (a, b) = (a - 1, b - 1) }
    if a - start <= 1, b - start <= 1 { return true }
    return a - start == 2 && b - start == 2 && first[start] == second[start + 1]
      && first[start + 1] == second[start]
  }
}
