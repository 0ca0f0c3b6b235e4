/// Text in base64 or hexadecimal that a model can read and a person does not.
enum EncodedText {
  /// Runs from this length on are decoded.
  static let lengthMin = 24
  /// What is decoded of a run.
  static let lengthMax = 4096

  static func find(in text: InspectedText) -> [Finding] {
    var start = 0
    let bytes = text.ascii
    for position in 0...bytes.count {
      if position < bytes.count, isBase64(bytes[position]) { continue }
      if position - start >= lengthMin {
        let range = start..<position
        if let finding = finding(in: text, range) { return [finding] }
      }
      start = position + 1
    }
    return []
  }

  private static func finding(in text: InspectedText, _ range: Range<Int>) -> Finding? {
    let run = text.ascii[range].prefix(lengthMax)
    for decoded in [base64(run), hexadecimal(run)] {
      guard let decoded, let plain = readable(decoded) else { continue }
      let sentences = SentenceReader.sentences(of: InspectedText(plain))
      let tells = sentences.contains {
        !$0.classes.isDisjoint(with: [.acts, .obliges, .tells, .alters])
          || $0.first(.command) != nil
          || $0.first(.url, .secretPath) != nil
      }
      return Finding(
        "encoded-text", tells ? .block : .review, VisibleText.draw(plain),
        tells
          ? "Encoded text reads as instructions once it is decoded."
          : "Encoded text that a model can decode.")
    }
    return nil
  }

  /// Text of at least three words, nearly all of it letters and spaces.
  private static func readable(_ bytes: [UInt8]) -> String? {
    guard bytes.count >= 12 else { return nil }
    let plain = bytes.count { $0 >= 0x61 && $0 <= 0x7A || $0 == 0x20 || $0 >= 0x41 && $0 <= 0x5A }
    let spaces = bytes.count { $0 == 0x20 }
    let hasControls = bytes.contains { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 && $0 != 0x0D }
    guard spaces >= 2, plain * 4 >= bytes.count * 3, !hasControls else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func base64(_ run: ArraySlice<UInt8>) -> [UInt8]? {
    var decoded: [UInt8] = []
    var (bits, count): (UInt32, Int) = (0, 0)
    for byte in run {
      if byte == 0x3D { break }
      guard let value = value(byte) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        decoded.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return decoded
  }

  private static func hexadecimal(_ run: ArraySlice<UInt8>) -> [UInt8]? {
    guard run.count.isMultiple(of: 2) else { return nil }
    var decoded: [UInt8] = []
    var half: UInt8?
    for byte in run {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      if let high = half {
        decoded.append(high << 4 | UInt8(digit))
        half = nil
      } else {
        half = UInt8(digit)
      }
    }
    return decoded
  }

  private static func isBase64(_ byte: UInt8) -> Bool { value(byte) != nil || byte == 0x3D }

  private static func value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x41...0x5A: byte - 0x41
    case 0x61...0x7A: byte - 0x61 + 26
    case 0x30...0x39: byte - 0x30 + 52
    case 0x2B, 0x2D: 62
    case 0x2F, 0x5F: 63
    default: nil
    }
  }
}
