/// Letters that look like ASCII ones (a part of Unicode's confusables.txt, UTS 39), and other
/// spellings of ASCII: full width, mathematical, circled.
enum Confusables {
  /// The ASCII bytes that a scalar beyond ASCII counts as; nil when there are none.
  static func ascii(_ scalar: Unicode.Scalar) -> [UInt8]? {
    let value = scalar.value
    switch value {
    case 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: return [0x20]
    case 0x2028, 0x2029, 0x85: return [0x0A]
    case 0x2018, 0x2019, 0x201A, 0x201B, 0x2BC, 0x2B9, 0x2032: return [0x27]
    case 0x201C...0x201F, 0x2033, 0xAB, 0xBB: return [0x22]
    case 0x2010...0x2015, 0x2212: return [0x2D]
    case 0xFF01...0xFF5E: return [UInt8(value - 0xFEE0)]
    case 0x24B6...0x24CF: return [UInt8(value - 0x24B6) + 0x41]
    case 0x24D0...0x24E9: return [UInt8(value - 0x24D0) + 0x61]
    case 0x1D400...0x1D6A3:
      let letter = UInt8((value - 0x1D400) % 52)
      return [letter < 26 ? letter + 0x41 : letter - 26 + 0x61]
    case 0x1D7CE...0x1D7FF: return [UInt8((value - 0x1D7CE) % 10) + 0x30]
    default: return table[scalar]
    }
  }

  /// Whether a letter of another alphabet is taken for a Latin one.
  static func imitates(_ scalar: Unicode.Scalar) -> Bool {
    (0x370...0x58F).contains(scalar.value) && table[scalar] != nil
  }

  private static let table: [Unicode.Scalar: [UInt8]] = {
    var table: [Unicode.Scalar: [UInt8]] = [:]
    for (ascii, letters) in groups {
      for scalar in letters.unicodeScalars { table[scalar] = Array(ascii.utf8) }
    }
    return table
  }()

  private static let groups: [(ascii: String, letters: String)] = [
    ("a", "аαɑᴀàáâãäåāăą"), ("b", "ЬʙƄ"), ("c", "сϲᴄçćč"), ("d", "ԁɗᴅďđ"), ("e", "еҽᴇèéêëēęě"),
    ("f", "ƒꜰ"), ("g", "ɡցɢğ"), ("h", "һհʜ"), ("i", "іιıɩɪìíîïī"), ("j", "јϳᴊ"), ("k", "κкᴋ"),
    ("l", "ӏǀℓʟł"), ("m", "мᴍ"), ("n", "ոռɴñńň"), ("o", "оοօσᴏòóôõöøō"), ("p", "рρᴘ"),
    ("q", "ԛգ"), ("r", "гʀř"), ("s", "ѕꜱśšş"), ("t", "τтᴛţť"), ("u", "υսᴜùúûüū"), ("v", "νѵᴠ"),
    ("w", "ѡԝωᴡ"), ("x", "хχ"), ("y", "уүγʏýÿ"), ("z", "ᴢźžż"), ("A", "АΑÀÁÂÃÄÅ"), ("B", "ВΒ"),
    ("C", "СϹÇĆČ"), ("E", "ЕΕÈÉÊË"), ("G", "Ԍ"), ("H", "НΗ"), ("I", "ІΙӀÌÍÎÏ"), ("J", "Ј"),
    ("K", "КΚ"), ("M", "МΜ"), ("N", "ΝÑ"), ("O", "ОΟՕÒÓÔÕÖØ"), ("P", "РΡ"), ("S", "ЅŠ"),
    ("T", "ТΤ"), ("U", "ÙÚÛÜ"), ("V", "Ѵ"), ("X", "ХΧ"), ("Y", "ҮΥ"), ("Z", "ΖŽ"), ("ff", "ﬀ"),
    ("fi", "ﬁ"), ("fl", "ﬂ"), ("...", "…"),
  ]
}
