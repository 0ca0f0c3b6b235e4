/// The resources of a log in the layout of C2SP tlog-tiles.
public enum LogResource: Sendable, Equatable {
  /// `checkpoint`
  case checkpoint
  /// `tile/<level>/<index>[.p/<width>]`; 256 wide unless partial.
  case tile(level: Int, index: UInt64, width: Int)
  /// `tile/entries/<index>[.p/<width>]`
  case entries(index: UInt64, width: Int)

  /// Reads a path without a slash at its beginning; nil for anything that is not the one spelling
  /// of a resource.
  public init?(path: some StringProtocol) {
    if path == "checkpoint" {
      self = .checkpoint
      return
    }
    var parts = String(path).split(separator: "/", omittingEmptySubsequences: false)
      .map { String($0) }
    guard parts.count >= 3, parts.removeFirst() == "tile" else { return nil }
    let level = parts.removeFirst()
    var width = Tile.width
    if parts.count >= 2, parts[parts.count - 2].hasSuffix(".p") {
      guard let partial = Self.number(parts.removeLast()), (1...255).contains(partial) else {
        return nil
      }
      width = Int(partial)
      parts[parts.count - 1].removeLast(2)
    }
    guard let index = Self.index(parts) else { return nil }
    if level == "entries" {
      self = .entries(index: index, width: width)
    } else {
      guard let number = Self.number(level), number < 64 else { return nil }
      self = .tile(level: Int(number), index: index, width: width)
    }
  }

  /// The path.
  public var path: String {
    switch self {
    case .checkpoint: "checkpoint"
    case .tile(let level, let index, let width):
      "tile/\(level)/\(Self.text(index))\(Self.suffix(width))"
    case .entries(let index, let width): "tile/entries/\(Self.text(index))\(Self.suffix(width))"
    }
  }

  private static func suffix(_ width: Int) -> String { width < Tile.width ? ".p/\(width)" : "" }

  private static func text(_ index: UInt64) -> String {
    var groups: [String] = []
    var rest = index
    repeat {
      let group = String(rest % 1_000)
      groups.append(String(repeating: "0", count: 3 - group.count) + group)
      rest /= 1_000
    } while rest > 0
    return groups.reversed().enumerated().map { place, group in
      place < groups.count - 1 ? "x" + group : group
    }.joined(separator: "/")
  }

  private static func index(_ groups: [String]) -> UInt64? {
    guard (1...6).contains(groups.count) else { return nil }
    var index: UInt64 = 0
    for (place, group) in groups.enumerated() {
      let isLast = place == groups.count - 1
      let digits = isLast ? Substring(group) : group.dropFirst()
      guard isLast || group.first == "x", digits.utf8.count == 3,
        digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt64(digits)
      else { return nil }
      index = index * 1_000 + number
    }
    return text(index) == groups.joined(separator: "/") ? index : nil
  }

  private static func number(_ text: String) -> UInt64? {
    guard let number = UInt64(text), String(number) == text else { return nil }
    return number
  }
}
