/// The names of other upstreams and of their tools, found by what they look like.
struct NameIndex: Sendable {
  /// A name that is meant by another one, or taken for it.
  struct Match {
    let name: String
    let server: String
    let likeness: Likeness
  }

  enum Likeness {
    case same, spelling, lookAlike, oneLetter
  }

  /// Names of fewer letters differ in one by chance.
  static let oneLetterMin = 6
  /// How many names that share a half are compared.
  static let candidatesMax = 64

  private let exact: [String: String]
  private let folded: [String: (name: String, server: String)]
  private let skeletons: [String: (name: String, server: String)]
  private let halves: [String: [(name: String, server: String)]]

  init(_ names: [(name: String, server: String)]) {
    var exact: [String: String] = [:]
    var folded: [String: (name: String, server: String)] = [:]
    var skeletons: [String: (name: String, server: String)] = [:]
    var halves: [String: [(name: String, server: String)]] = [:]
    for entry in names where entry.name.utf8.count <= 128 {
      if exact[entry.name] == nil { exact[entry.name] = entry.server }
      let lower = entry.name.lowercased()
      let plain = Self.plain(entry.name)
      if folded[plain] == nil { folded[plain] = entry }
      let skeleton = Self.skeleton(entry.name)
      if skeletons[skeleton] == nil { skeletons[skeleton] = entry }
      for half in Self.halves(lower)
      where halves[half, default: []].count < Self.candidatesMax {
        halves[half, default: []].append(entry)
      }
    }
    self.exact = exact
    self.folded = folded
    self.skeletons = skeletons
    self.halves = halves
  }

  /// The server of a name, whatever its case and separators.
  func server(of name: String) -> String? { exact[name] ?? folded[Self.plain(name)]?.server }

  /// What a name is, or is taken for.
  func match(_ name: String) -> Match? {
    guard name.utf8.count <= 128 else { return nil }
    if let server = exact[name] { return Match(name: name, server: server, likeness: .same) }
    let lower = name.lowercased()
    if let found = folded[Self.plain(name)] {
      return Match(name: found.name, server: found.server, likeness: .spelling)
    }
    if let found = skeletons[Self.skeleton(name)] {
      return Match(name: found.name, server: found.server, likeness: .lookAlike)
    }
    guard lower.utf8.count >= Self.oneLetterMin else { return nil }
    for half in Self.halves(lower) {
      for entry in halves[half] ?? []
      where Self.isOneEdit(Array(lower.utf8), Array(entry.name.lowercased().utf8)) {
        return Match(name: entry.name, server: entry.server, likeness: .oneLetter)
      }
    }
    return nil
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
