extension Configuration.Upstream {
  private static let nameBytes = 1...32

  /// The text itself where it can be a server's name, else what comes closest to it and can; nil
  /// when nothing of it can stay.
  public static func name(like text: String) -> String? {
    if nameBytes.contains(text.utf8.count), text.utf8.allSatisfy(isAllowed),
      !text.contains("__"), !text.hasSuffix("_")
    {
      return text
    }
    var name: [UInt8] = []
    for byte in text.utf8 {
      let next = isAllowed(byte) ? byte : UInt8(ascii: "-")
      let last = name.last
      if next == last, next == UInt8(ascii: "-") || next == UInt8(ascii: "_") { continue }
      if last == nil, next == UInt8(ascii: "-") { continue }
      if name.count < nameBytes.upperBound { name.append(next) }
    }
    while let last = name.last, "-_".utf8.contains(last) { name.removeLast() }
    return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
