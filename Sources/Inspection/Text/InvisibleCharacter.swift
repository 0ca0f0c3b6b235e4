/// Scalars that are in a text and not on the screen, where no script needs them.
enum InvisibleCharacter: String, CaseIterable {
  case zeroWidth = "zero-width characters"
  case direction = "direction controls"
  case tag = "tag characters"
  case selector = "variation selectors"
  case filler = "blank fillers"
  case control = "control characters"
  case terminal = "terminal control sequences"

  /// What the scalar at `index` is; nil for a visible one, for spaces, line ends and tabs, and for
  /// one that its script or an emoji needs there.
  init?(at index: Int, in scalars: [Unicode.Scalar]) {
    let value = scalars[index].value
    if value >= 0x20, value < 0x7F { return nil }
    guard let kind = Self.kind(of: value) else { return nil }
    let before = index > 0 ? scalars[index - 1].value : 0
    let after = index + 1 < scalars.count ? scalars[index + 1].value : 0
    if Self.isNeeded(value, kind, between: before, and: after) { return nil }
    if kind == .tag, Self.isFlag(index, in: scalars) { return nil }
    self = kind
  }

  // Unicode 16: Default_Ignorable_Code_Point, Bidi_Control, Cc, and blanks that are no white space.
  private static func kind(of value: UInt32) -> InvisibleCharacter? {
    switch value {
    case 0x9, 0xA, 0xD: nil
    case 0x1B, 0x9B: .terminal
    case 0x0...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0xFFFE, 0xFFFF: .control
    case 0x61C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: .direction
    case 0x180B...0x180D, 0x180F, 0xFE00...0xFE0F, 0xE0100...0xE01EF: .selector
    case 0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0: .filler
    case 0xE0000...0xE007F: .tag
    case 0xAD, 0x34F, 0x17B4, 0x17B5, 0x180E, 0x200B...0x200D, 0x2060...0x2065, 0x206A...0x206F,
      0xFEFF, 0xFFF0...0xFFFB, 0x1BCA0...0x1BCA3, 0x1D173...0x1D17A, 0xE0080...0xE0FFF:
      .zeroWidth
    default: nil
    }
  }

  private static func isNeeded(
    _ value: UInt32, _ kind: InvisibleCharacter, between before: UInt32, and after: UInt32
  ) -> Bool {
    switch value {
    case 0x200C, 0x200D: joins(before) && joins(after) || after != 0 && isEmoji(before)
    case 0x200E, 0x200F, 0x61C: isRightToLeft(before) || isRightToLeft(after)
    case 0xFE00...0xFE0F: before > 0x7F && Self.kind(of: before) == nil || isKeycap(before)
    case 0xE0100...0xE01EF: isIdeograph(before)
    case 0x180B...0x180F: (0x1800...0x18AF).contains(before)
    case 0x115F, 0x1160: (0x1100...0x11FF).contains(before) || (0x1100...0x11FF).contains(after)
    default: false
    }
  }

  /// Scripts whose letters join: Arabic, Syriac, the Indic ones, and their like.
  private static func joins(_ value: UInt32) -> Bool {
    (0x600...0x109F).contains(value) || (0x1780...0x18AF).contains(value) || isEmoji(value)
  }

  private static func isEmoji(_ value: UInt32) -> Bool {
    (0x1F000...0x1FAFF).contains(value) || (0x2190...0x2BFF).contains(value) || value == 0xFE0F
  }

  private static func isKeycap(_ value: UInt32) -> Bool {
    value == 0x23 || value == 0x2A || (0x30...0x39).contains(value)
  }

  private static func isRightToLeft(_ value: UInt32) -> Bool {
    (0x590...0x8FF).contains(value) || (0xFB1D...0xFDFF).contains(value)
  }

  private static func isIdeograph(_ value: UInt32) -> Bool {
    (0x3400...0x9FFF).contains(value) || (0xF900...0xFAFF).contains(value)
      || (0x20000...0x3FFFF).contains(value)
  }

  /// Whether a tag stands in the flag of a part of a country: a black flag, at most six letters or
  /// digits, and the tag that ends it (UTS 51).
  private static func isFlag(_ index: Int, in scalars: [Unicode.Scalar]) -> Bool {
    var start = index
    while start > 0, index - start < 7, isTag(scalars[start].value) { start -= 1 }
    guard scalars[start].value == 0x1F3F4 else { return false }
    var end = start + 1
    while end < scalars.count, end - start < 8, isTag(scalars[end].value),
      scalars[end].value != 0xE007F
    { end += 1 }
    return end < scalars.count && scalars[end].value == 0xE007F && index <= end
  }

  private static func isTag(_ value: UInt32) -> Bool {
    (0xE0030...0xE0039).contains(value) || (0xE0061...0xE007A).contains(value) || value == 0xE007F
  }
}
